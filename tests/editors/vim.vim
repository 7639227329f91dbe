" Tells, for each script that is listed in the file $SEGUE_LIST, the class of each character as Vim shows it: a line `= PATH`, then one line
" a line of the script, with a letter a character. Run by tests/editors/run.mjs.
set nocompatible encoding=utf-8 nomodeline noswapfile
filetype plugin indent on
syntax on

let s:letters = {'Keyword': 'k', 'FactKeyword': 'k', 'Declaration': 'k', 'Unit': 'u', 'Constant': 'c', 'Number': '0', 'Percent': '%', 'Date': 'd', 'Clock': ':', 'Text': 't', 'FanText': 't',
  \ 'Escape': 'e', 'HoleBrace': 'h', 'Operator': 'o', 'Punctuation': 'p', 'Brace': 'p', 'Colon': 'p', 'Comment': '#', 'DocComment': 'D'}

function! s:Letter(line, column) abort
  let name = substitute(synIDattr(synID(a:line, a:column, 1), 'name'), '^segue', '', '')
  return name ==# '' || name =~# '^\%(Hole\|Group\|Arguments\|Fields\|Facts\)$' ? '?' : get(s:letters, name, 'n')
endfunction

function! s:Tell(path) abort
  execute 'edit ' . fnameescape(a:path)
  let out = ['= ' . a:path]
  for number in range(1, line('$'))
    let line = getline(number)
    let row = ''
    let at = 0
    for character in split(line, '\zs')
      let row .= character =~# '\s' ? ' ' : s:Letter(number, at + 1)
      let at += len(character)
    endfor
    call add(out, row)
  endfor
  call writefile(out, $SEGUE_OUT, 'a')
  bwipeout!
endfunction

if $SEGUE_BROKEN !=# ''
  autocmd FileType segue syntax clear segueUnit
endif
for path in readfile($SEGUE_LIST)
  call s:Tell(path)
endfor
qall!
