" Vim indent file
" Language: Segue
" Lines are put where `segue fmt` puts them: `=>` and `->` under the trigger, steps below each other, texts below each other.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=SegueIndent(v:lnum)
setlocal indentkeys=0{,0},0),0],o,O,!^F,0=on,0==>,0=->,0=then,0=else,0=via,0=or,0=when,0=once,0=until,0=/
setlocal autoindent
let b:undo_indent = 'setlocal indentexpr< indentkeys< autoindent<'

if exists('*SegueIndent')
  finish
endif

" The line with its texts blotted out and without its comment; columns stay.
function! s:Code(number) abort
  let line = substitute(getline(a:number), '"""', 'sss', 'g')
  let line = substitute(line, '"\%([^"\\{]\|\\.\|{\%([^"}]\|"[^"]*"\)*}\)*"', '\=substitute(submatch(0), ".", "s", "g")', 'g')
  return substitute(line, '#.*', '', '')
endfunction

" Whether the line begins inside of a long text.
function! s:InText(number) abort
  return a:number > 1 && count(join(getline(1, a:number - 1), "\n"), '"""') % 2 == 1
endfunction

function! s:Before(number) abort
  let number = a:number - 1
  while number > 0 && (s:InText(number) || s:Code(number) =~# '^\s*$')
    let number -= 1
  endwhile
  return number
endfunction

" Where what stands on the line begins, behind its `=>` or `then`.
function! s:Start(number) abort
  return strdisplaywidth(matchstr(s:Code(a:number), '^\s*\%(=>\s*\|then\>\s*\)*'))
endfunction

" The line on which the innermost bracket around the line was opened; 0 if there is none.
function! s:Opener(number) abort
  let depth = 0
  let number = s:Before(a:number)
  while number > 0
    for sign in reverse(split(substitute(s:Code(number), '[^][(){}]', '', 'g'), '\zs'))
      let depth += sign =~# '[])}]' ? 1 : -1
      if depth < 0
        return number
      endif
    endfor
    let number = s:Before(number)
  endwhile
  return 0
endfunction

" The last line before this one, behind `opener`, that fits the pattern.
function! s:Last(number, opener, pattern) abort
  let number = s:Before(a:number)
  while number > a:opener && s:Code(number) !~# a:pattern
    let number = s:Before(number)
  endwhile
  return number > a:opener ? number : 0
endfunction

function! s:Column(number, pattern) abort
  return strdisplaywidth(strpart(s:Code(a:number), 0, match(s:Code(a:number), a:pattern)))
endfunction

function! SegueIndent(number) abort
  if s:InText(a:number)
    return -1
  endif
  let code = substitute(s:Code(a:number), '^\s*', '', '')
  let opener = s:Opener(a:number)
  if code =~# '^[])}]'
    return opener > 0 ? s:Start(opener) : 0
  endif
  let base = opener > 0 ? s:Start(opener) + 2 : 0
  let before = s:Before(a:number)
  if before > opener && s:Code(before) =~# '=\s*$'
    return indent(before) + 2
  endif
  if code =~# '^else\>' && before > opener && s:Code(before) =~# '^\s*}'
    return indent(before)
  endif
  let label = '^\s*[a-z][a-z0-9_]*\s*:\s*$'
  if code =~# '^on\>'
    return before > opener && s:Code(before) =~# label ? indent(before) + 2 : base
  endif
  let on = s:Last(a:number, opener, '^\s*\%([a-z][a-z0-9_]*\s*:\s*\)\=on\>')
  if on > 0 && code =~# '^\%(=>\|->\)' || code =~# '^\%(when\|once\|until\)\>' && on > 0
    return indent(on) + 2
  endif
  if code =~# '^then\>'
    let arrow = s:Last(a:number, opener, '=>')
    return arrow > 0 ? s:Column(arrow, '=>') + 3 : base
  endif
  let step = s:Last(a:number, opener, '\<\%(prompt\|send\|via\)\>')
  if code =~# '^via\>' && step > 0
    return s:Column(step, '\<prompt\>') + 2
  endif
  if code =~# '^or\>' && step > 0
    let word = matchstr(s:Code(step), '\<via\>\|\<send\>\|\<prompt\>')
    let word = s:Code(step) =~# '\<via\>' ? 'via' : word
    return s:Column(step, '\<' . word . '\>') + {'via': 1, 'send': 2, 'prompt': 4}[word]
  endif
  if code =~# '^/' && before > opener
    return max([s:Column(before, 's\%(ss\)\=s*\s*$') - 2, 0])
  endif
  if getline(a:number) =~# '^\s*"' && before > opener
    let expect = s:Last(a:number, opener, '^\s*expect\>')
    if expect > 0
      return indent(expect) + 4
    elseif step > 0 && s:Code(before) =~# '\<prompt\>'
      return s:Column(step, '\<prompt\>') + 2
    endif
  endif
  return base
endfunction
