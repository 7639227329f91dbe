# Writes OUT, a C++ file with every file below FOLDER whose name fits PATTERN, at build time. HEADER declares `const std::vector<TYPE>& FUNCTION()`,
# TYPE being a path and a text. The content is plain bytes, so any text is fine.
function(segue_embed OUT FOLDER PATTERN HEADER TYPE FUNCTION)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${FOLDER}/${PATTERN})
  add_custom_command(OUTPUT ${OUT} COMMAND ${CMAKE_COMMAND} -DOUT=${OUT} -DFOLDER=${FOLDER} -DPATTERN=${PATTERN} -DHEADER=${HEADER} -DTYPE=${TYPE} -DFUNCTION=${FUNCTION}
    -P ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake VERBATIM)
endfunction()
