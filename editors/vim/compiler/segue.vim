" Vim compiler file
" Compiler: segue check
if exists('current_compiler')
  finish
endif
let current_compiler = 'segue'

CompilerSet makeprg=segue\ check\ --format\ concise\ %:S
CompilerSet errorformat=%f:%l:%c:\ %t%*[a-z]%m,%-G%.%#
