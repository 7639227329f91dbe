" Vim syntax file
" Language: Segue
" Made by `segue syntax --emit vim` from grammar/keywords.def; do not change it by hand.
if exists('b:current_syntax')
  finish
endif

syn match segueName '\<[a-z][a-z0-9_]*\>'
syn match segueOperator '=>\|[-<>+*/=?]\|[=!<>]=\|??'
syn match segueOperator '->' nextgroup=segueAsked skipwhite skipempty
syn match seguePunctuation '[\[\],:;]'
syn match seguePunctuation '\.' nextgroup=segueField
syn match segueBrace '[{}]'

" Words
syn match segueKeyword '\<\%(when\|once\|every\|or\|and\|not\|in\|if\|else\|then\|wait\|reply\|stop\|release\|now\|known\)\>'
syn match segueKeyword '\<\%(on\|enter\|no\|record\|tag\|untag\|send\|prompt\|via\|split\|stage\|until\|within\)\>' nextgroup=segueAsked skipwhite skipempty
syn match segueKeyword '\<\%(or\|and\|not\|known\|in\|when\|if\|reply\)\>' nextgroup=segueOperand skipwhite skipempty
syn match segueOperand '\<\%(use\|event\|attribute\|channel\|stages\|define\|limit\|promise\|quiet\|timezone\|attribution\|flow\|include\|test\)\>' contained
syn match segueKeyword '\<per\>' nextgroup=segueField skipwhite skipempty
syn match segueConstant '\<\%(true\|false\)\>'
syn match segueKeyword '\<after\>\%(\s\+\d\)\@=\|\<after\>\%(\s*\%(#\|$\)\)\@='
syn match segueKeyword '\<after\>\%(\s\+release\>\)\@=\|\<after\>\%(\s*\%(#\|$\)\)\@='
syn match segueKeyword '\<as\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\)\@=\|\<as\>\%(\s*\%(#\|$\)\)\@=' nextgroup=segueAsked skipwhite skipempty
syn match segueKeyword '\<at\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\|\s\+\d\|\s\+release\>\)\@=\|\<at\>\%(\s*\%(#\|$\)\)\@=' nextgroup=segueAsked skipwhite skipempty
syn match segueKeyword '\<because\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\)\@=\|\<because\>\%(\s*\%(#\|$\)\)\@=' nextgroup=segueAsked skipwhite skipempty
syn match segueKeyword '\<before\>\%(\s\+release\>\)\@=\|\<before\>\%(\s*\%(#\|$\)\)\@='
syn match segueKeyword '\<does\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\)\@=\|\<does\>\%(\s*\%(#\|$\)\)\@=' nextgroup=segueAsked skipwhite skipempty
syn match segueKeyword '\<expect\>\%(\s\+[a-z]\|\s*(\|\s*-\|\s*"\)\@=\|\<expect\>\%(\s*\%(#\|$\)\)\@='
syn match segueKeyword '\<fan\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\|\s*"\)\@=\|\<fan\>\%(\s*\%(#\|$\)\)\@=' nextgroup=segueAsked skipwhite skipempty
syn match segueKeyword '\<for\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\|\s\+\d\)\@=\|\<for\>\%(\s*\%(#\|$\)\)\@=' nextgroup=segueAsked skipwhite skipempty
syn match segueKeyword '\<from\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\|\s\+\d\|\s*"\)\@=\|\<from\>\%(\s*\%(#\|$\)\)\@=' nextgroup=segueAsked skipwhite skipempty
syn match segueKeyword '\<has\>\%(\s\+subject\>\)\@=\|\<has\>\%(\s*\%(#\|$\)\)\@='
syn match segueKeyword '\<latest\>\%(\s\+release\>\)\@=\|\<latest\>\%(\s*\%(#\|$\)\)\@='
syn match segueKeyword '\<needs\>\%(\s\+consent\>\)\@=\|\<needs\>\%(\s*\%(#\|$\)\)\@='
syn match segueKeyword '\<next\>\%(\s\+release\>\)\@=\|\<next\>\%(\s*\%(#\|$\)\)\@='
syn match segueKeyword '\<of\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\|\s*"\|\s\+release\>\|\s*(\)\@=\|\<of\>\%(\s*\%(#\|$\)\)\@=' nextgroup=segueAsked skipwhite skipempty
syn match segueKeyword '\<to\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\|\s\+\d\|\s*"\|\s*-\)\@=\|\<to\>\%(\s*\%(#\|$\)\)\@=' nextgroup=segueAsked skipwhite skipempty
syn match segueKeyword '\<undoes\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\)\@=\|\<undoes\>\%(\s*\%(#\|$\)\)\@=' nextgroup=segueAsked skipwhite skipempty
syn match segueKeyword '\<up\>\%(\s\+to\>\)\@=\|\<up\>\%(\s*\%(#\|$\)\)\@='
syn match segueDeclaration '\<use\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\|\s*"\|\s*\.\|\s*/\)\@=\|\%(^\s*\)\@<=use\>\%(\s*\%(#\|$\)\)\@='
syn match segueDeclaration '\<stages\>\%(\s*{\)\@=\|\%(^\s*\)\@<=stages\>\%(\s*\%(#\|$\)\)\@='
syn match segueDeclaration '\<attribution\>\%(\s\+\d\|\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\)\@=\|\%(^\s*\)\@<=attribution\>\%(\s*\%(#\|$\)\)\@='
syn match segueDeclaration '\<test\>\%(\s*"\)\@=\|\%(^\s*\)\@<=test\>\%(\s*\%(#\|$\)\)\@='
syn match segueDeclaration '\<timezone\>\%(\s*"\)\@=\|\%(^\s*\)\@<=timezone\>\%(\s*\%(#\|$\)\)\@='
syn match segueKeyword '\<expect\s\+arm\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\|\s\+\d\)\@='
syn match segueKeyword '\<needs\s\+consent\>'
syn match segueKeyword '\<release\s\+day\>'
syn match segueKeyword '\<at\s\+most\>'
syn match segueKeyword '\<expect\s\+nothing\>'
syn match segueKeyword '\<has\s\+subject\>'
syn match segueKeyword '\<expect\s\+suppressed\>'
syn match segueKeyword '\<expect\s\+suppressed\s\+record\>'
syn match segueDeclaration '\<\%(event\|attribute\|channel\|define\|limit\|promise\|quiet\|flow\|include\)\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@!\<[a-z][a-z0-9_]*\>\%(\s*=>\)\@!\)\@=' nextgroup=segueDeclared skipwhite skipempty
syn match segueDeclared '\<[a-z][a-z0-9_]*\>' contained
syn match segueDeclaration '\<\%(event\|flow\)\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\)\@=' nextgroup=segueWithFields skipwhite skipempty
syn match segueWithFields '\<[a-z][a-z0-9_]*\>' contained nextgroup=segueFields skipwhite skipempty
syn region segueFields matchgroup=seguePunctuation start='(' end=')' contained contains=@segueCode,segueFieldOfEvent
syn match segueFieldOfEvent '\<[a-z][a-z0-9_]*\>\%(\s*:\)\@=' contained nextgroup=segueColon skipwhite
syn match segueColon ':' contained nextgroup=segueType skipwhite skipempty
syn match segueType '\<[a-z][a-z0-9_]*\>' contained
syn match segueDeclaration '\<attribute\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\)\@=' nextgroup=segueAttribute skipwhite skipempty
syn match segueAttribute '\<[a-z][a-z0-9_]*\>' contained nextgroup=segueColon skipwhite skipempty
syn match segueKeyword '\<fan\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z]\|\s*"\)\@=' nextgroup=segueFan,segueFanText skipwhite skipempty
syn match segueFan '\<[a-z][a-z0-9_]*\>' contained nextgroup=segueFacts skipwhite skipempty
syn region segueFanText start='"' end='"' end='$' contained nextgroup=segueFacts skipwhite skipempty
syn match segueKeyword '\<release\>\%(\s\+\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@![a-z][a-z0-9_]*\s*{\)\@=' nextgroup=segueRelease skipwhite skipempty
syn match segueRelease '\<[a-z][a-z0-9_]*\>' contained nextgroup=segueFacts skipwhite skipempty
syn region segueFacts matchgroup=seguePunctuation start='{' end='}' contained contains=@segueFact
syn match segueLabel '\<[a-z][a-z0-9_]*\>\%(\s*:\s*on\>\)\@='
syn match segueField '\<[a-z][a-z0-9_]*\>' contained
syn match segueAsked '\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@!\%(\%(\<at\s\+\)\@20<=most\>\)\@!\%(\%(next\|latest\)\s\+release\>\)\@!\<[a-z][a-z0-9_]*\>' contained

" The value of a field, or a comparison with one, is about the field whatever it is called.
syn region segueGroup matchgroup=seguePunctuation start='(' end=')' contains=@segueCode
syn region segueArguments matchgroup=seguePunctuation start='\w\@1<=\%(\<\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\)\@12<!(' end=')' contains=@segueCode,segueArgument
syn match segueArgument '\%([(,]\_s*\)\@80<=\<[a-z][a-z0-9_]*\>\%(\s*\%(:\|[=!<>]=\|[<>]\)\)\@=' contained

" Numbers
syn match segueNumber '\<\d\+\%(\.\d\+\)\=\>'
syn match segueNumber '\<\d\+\%(\.\d\+\)\=\>\%(\s\+\<\%(second\|seconds\|minute\|minutes\|hour\|hours\|day\|days\|week\|weeks\)\>\)\@=' nextgroup=segueUnit skipwhite
syn match segueUnit '\<\%(second\|seconds\|minute\|minutes\|hour\|hours\|day\|days\|week\|weeks\)\>' contained
syn match seguePercent '\<\d\+\%(\.\d\+\)\=%'
syn match segueClock '\<\d\{1,2}:\d\d\>'
syn match segueDate '\<\d\{4}-\d\d-\d\d\>'

" Texts and comments
syn region segueText start='"' end='"' end='$' contains=segueEscape,segueHole
syn region segueText start='"""' end='"""' contains=segueEscape,segueHole
syn match segueEscape '\\\%(["\\nt{}]\|u{\x\{1,6}}\)' contained
syn region segueHole matchgroup=segueHoleBrace start='{' end='}' contained contains=@segueInHole
syn match segueComment '#.*$' contains=@Spell
syn match segueDocComment '##.*$' contains=@Spell

syn cluster segueValue contains=segueConstant,segueOperator,seguePunctuation,segueGroup,segueArguments,segueNumber,seguePercent,segueClock,segueDate,segueText,segueComment,segueDocComment
syn cluster segueInHole contains=@segueValue,segueName,segueKeyword,segueLabel
syn cluster segueCode contains=@segueInHole,segueBrace,segueDeclaration
syn cluster segueFact contains=@segueValue,segueFactName,segueFactKeyword
syn match segueFactKeyword '\%(\%(true\|false\)\>\)\@!\<\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>' contained
syn match segueFactName '\%(\%(on\|no\|enter\|when\|once\|every\|per\|within\|until\|via\|or\|and\|not\|in\|if\|else\|then\|wait\|send\|prompt\|reply\|record\|tag\|untag\|split\|stop\|release\|stage\|now\|known\|true\|false\)\>\)\@!\<[a-z][a-z0-9_]*\>' contained
syn sync fromstart

hi def link segueKeyword Statement
hi def link segueDeclaration Keyword
hi def link segueFactKeyword Statement
hi def link segueUnit Type
hi def link segueConstant Boolean
hi def link segueNumber Number
hi def link seguePercent Number
hi def link segueDate Number
hi def link segueClock Number
hi def link segueText String
hi def link segueFanText String
hi def link segueEscape SpecialChar
hi def link segueHoleBrace Special
hi def link segueOperator Operator
hi def link seguePunctuation Delimiter
hi def link segueBrace Delimiter
hi def link segueColon Delimiter
hi def link segueComment Comment
hi def link segueDocComment SpecialComment
hi def link segueDeclared Function
hi def link segueWithFields Function
hi def link segueAttribute Function
hi def link segueRelease Function
hi def link segueType Type
hi def link segueField Identifier
hi def link segueLabel Label
hi def link segueArgument Identifier
hi def link segueFieldOfEvent Identifier

let b:current_syntax = 'segue'
