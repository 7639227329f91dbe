" Indents anew the scripts listed in the file $SEGUE_LIST, in place. Run by tests/editors/indent.mjs.
set nocompatible encoding=utf-8 nomodeline noswapfile
filetype plugin indent on
if $SEGUE_BROKEN !=# ''
  autocmd FileType segue setlocal indentexpr=indent(v:lnum-1)
endif
for path in readfile($SEGUE_LIST)
  execute 'edit ' . fnameescape(path)
  silent normal! gg=G
  write
  bwipeout!
endfor
qall!
