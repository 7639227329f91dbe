;;; segue-words.el --- The words of Segue  -*- lexical-binding: t; -*-

;;; Commentary:

;; Made by `segue syntax --emit emacs` from grammar/keywords.def; do not change it by hand.

;;; Code:

(defconst segue-words-reserved
  '("on" "no" "enter" "when" "once" "every" "per" "within" "until" "via" "or" "and" "not" "in"
    "if" "else" "then" "wait" "send" "prompt" "reply" "record" "tag" "untag" "split" "stop"
    "release" "stage" "now" "known" "true" "false")
  "The words of the class `reserved'.")

(defconst segue-words-declaration
  '("use" "event" "attribute" "channel" "stages" "define" "limit" "promise" "quiet" "timezone"
    "attribution" "flow" "include" "test")
  "The words of the class `declaration'.")

(defconst segue-words-unit
  '("second" "seconds" "minute" "minutes" "hour" "hours" "day" "days" "week" "weeks")
  "The words of the class `unit'.")

(defconst segue-words-word
  '("after" "any" "arm" "as" "at" "because" "before" "consent" "does" "expect" "fan" "for"
    "from" "has" "latest" "messages" "most" "needs" "next" "nothing" "of" "subject"
    "suppressed" "to" "undoes" "up")
  "The words of the class `word'.")

(defconst segue-words-property
  '("title" "date" "link" "artist" "id")
  "The words of the class `property'.")

(defconst segue-places
  '(("after" () ("NUMBER"))
    ("after" ("UNIT") ("release"))
    ("arm" ("expect") ("NAME" "NUMBER"))
    ("as" ("NAME" ")") ("NAME"))
    ("at" () ("NAME" "NUMBER" "release"))
    ("because" () ("NAME"))
    ("before" ("UNIT") ("release"))
    ("consent" ("needs") ())
    ("day" ("release") ())
    ("does" ("NAME" "TEXT") ("NAME"))
    ("expect" () ("WORD" "(" "-" "\""))
    ("fan" () ("NAME" "TEXT"))
    ("for" () ("NAME" "NUMBER"))
    ("from" () ("NAME" "NUMBER" "TEXT"))
    ("has" () ("subject"))
    ("latest" () ("release"))
    ("most" ("at") ())
    ("needs" () ("consent"))
    ("next" () ("release"))
    ("nothing" ("expect") ())
    ("of" () ("NAME" "TEXT" "release" "("))
    ("subject" ("has") ())
    ("suppressed" ("expect") ())
    ("to" () ("NAME" "NUMBER" "TEXT" "-"))
    ("undoes" () ("NAME"))
    ("up" () ("to"))
    ("use" () ("NAME" "TEXT" "." "/"))
    ("stages" () ("{"))
    ("attribution" () ("NUMBER" "NAME"))
    ("test" () ("TEXT"))
    ("timezone" () ("TEXT")))
  "Where a word that is not reserved is a keyword: (WORD BEHIND AHEAD).
One of BEHIND stands before it, one of AHEAD after it; an empty list fits
anything.  NAME, WORD, NUMBER, TEXT and UNIT stand for all of their class.")

(defconst segue-before-names
  '("on" "enter" "no" "record" "tag" "untag" "send" "prompt" "via" "split" "stage" "until"
    "within" "as" "at" "because" "does" "fan" "for" "from" "of" "to" "undoes" "->" "event"
    "attribute" "channel" "define" "limit" "promise" "quiet" "flow" "include")
  "Behind these a word is a name, unless it is reserved.")

(defconst segue-before-operands
  '("or" "and" "not" "known" "in" "when" "if" "reply" "expect" "(" "[" "," ":" "=" "==" "!="
    "<" "<=" ">" ">=" "??" "+" "-" "*" "/" ".")
  "Behind these no declaration begins.")

(defconst segue-before-fields
  '("." "per")
  "Behind these any word is a field.")

(provide 'segue-words)
;;; segue-words.el ends here
