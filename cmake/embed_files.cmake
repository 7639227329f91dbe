file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/${PATTERN})
list(SORT files)
set(arrays "")
set(rows "")
set(n 0)
foreach(file ${files})
  file(READ ${FOLDER}/${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND arrays "const char file_${n}[] = {${bytes}'\\0'};\n")
  string(APPEND rows "        {\"${file}\", {file_${n}, sizeof file_${n} - 1}},\n")
  math(EXPR n "${n} + 1")
endforeach()
file(WRITE ${OUT} "// Made by cmake/embed_files.cmake from the files of a folder.
#include \"${HEADER}\"

namespace segue {

namespace {
${arrays}} // namespace

const std::vector<${TYPE}>& ${FUNCTION}() {
    static const std::vector<${TYPE}> all = {
${rows}    };
    return all;
}

} // namespace segue
")
