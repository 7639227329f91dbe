# The test `bench agreement`: segue and the hand-written program do the same, byte for byte, in memory and with a state, suppressed actions and all.
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code ERROR_VARIABLE said)
  if(NOT code EQUAL 0)
    list(GET ARGN 0 program)
    message(FATAL_ERROR "${program} ended with ${code}: ${said}")
  endif()
endfunction()

function(same a b)
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${FOLDER}/${a} ${FOLDER}/${b} RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${FOLDER}: ${a} and ${b} differ")
  endif()
endfunction()

execute_process(COMMAND ${STREAM} 20000 1000 OUTPUT_FILE ${FOLDER}/first RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "there is no stream")
endif()
# Some records come twice, some late: the last fifth of the lines again, then the lines of another stream.
execute_process(COMMAND tail -n 4000 ${FOLDER}/first OUTPUT_FILE ${FOLDER}/again)
execute_process(COMMAND ${STREAM} 5000 1500 2 0.8 90 120 OUTPUT_FILE ${FOLDER}/other)
execute_process(COMMAND cat ${FOLDER}/first ${FOLDER}/again ${FOLDER}/other OUTPUT_FILE ${FOLDER}/events)

run(${SEGUE} run ${PROGRAM} --events ${FOLDER}/events --trace --actions ${FOLDER}/segue)
run(${HAND} ${FOLDER}/events ${FOLDER}/hand --trace)
same(segue hand)
file(SIZE ${FOLDER}/hand size)
if(size LESS 500000)
  message(FATAL_ERROR "hardly anything was done: ${size} bytes")
endif()

run(${SEGUE} run ${PROGRAM} --events ${FOLDER}/events --actions ${FOLDER}/segue_state --state ${FOLDER}/segue.db --commit-records 3000)
run(${HAND} ${FOLDER}/first ${FOLDER}/hand_state --state ${FOLDER}/hand.db --commit-records 700)
run(${HAND} ${FOLDER}/events ${FOLDER}/hand_state --state ${FOLDER}/hand.db --commit-records 700) # goes on behind the first
same(segue_state hand_state)
