# Writes OUT, a C++ file with every .flow file below FOLDER, at build time. The content is plain bytes, so any text is fine.
function(segue_embed OUT FOLDER)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${FOLDER}/*.flow)
  add_custom_command(OUTPUT ${OUT} COMMAND ${CMAKE_COMMAND} -DOUT=${OUT} -DFOLDER=${FOLDER} -P ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake VERBATIM)
endfunction()
