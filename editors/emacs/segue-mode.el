;;; segue-mode.el --- Major mode for Segue, action flows as a language  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1"))
;; Keywords: languages

;;; Commentary:

;; Colours, indentation as `segue fmt' has it, comments, an index of flows and rules, and the language server `segue lsp' for eglot.
;;
;; The text is read token by token when Emacs asks for its syntax.  Each token gets the property `segue-class'; texts get string fences,
;; so that what stands in a hole is code.  Reading begins at the last item that stands alone, which has the property `segue-item'.

;;; Code:

(require 'segue-words)

(defgroup segue nil "Segue, action flows as a language." :group 'languages)

(defcustom segue-program "segue"
  "The tool: its name, or where it is."
  :type 'string :safe #'stringp)

(defcustom segue-indent-offset 2
  "Columns by which what stands in braces is indented."
  :type 'integer :safe #'integerp)

(defface segue-number-face '((t :inherit font-lock-constant-face)) "Numbers.")
(defface segue-percent-face '((t :inherit segue-number-face)) "Percents.")
(defface segue-date-face '((t :inherit segue-number-face)) "Dates.")
(defface segue-clock-face '((t :inherit segue-number-face)) "Times of the day.")
(defface segue-escape-face '((t :inherit font-lock-regexp-grouping-backslash)) "Escapes in texts.")
(defface segue-hole-face '((t :inherit font-lock-preprocessor-face)) "The braces of holes in texts.")
(defface segue-operator-face '((t)) "Signs between values, and the arrows of rules.")
(defface segue-punctuation-face '((t)) "Brackets, commas and the like.")

(defconst segue--faces
  '((keyword . font-lock-keyword-face) (unit . font-lock-type-face) (constant . font-lock-builtin-face)
    (declared . font-lock-function-name-face) (number . segue-number-face) (percent . segue-percent-face) (date . segue-date-face)
    (clock . segue-clock-face) (escape . segue-escape-face) (hole . segue-hole-face) (operator . segue-operator-face)
    (punctuation . segue-punctuation-face) (doc-comment . font-lock-doc-face) (unknown . font-lock-warning-face))
  "The faces of the classes that the syntax of Emacs does not know of.")

;;;; Tokens

(defvar-local segue--open nil)          ; what is open around point: `text', `long' or `hole', the innermost first
(defvar-local segue--tokens nil)        ; (BEGIN END CLASS), the last first

(defun segue--put (end class)
  "Add the token from point to END, which is of CLASS, and go there."
  (push (list (point) end class) segue--tokens)
  (goto-char end))

(defun segue--put-text (end)
  "Add what stands between point and END to the text before it.
Where there is none it is a piece of its own."
  (let ((before (car segue--tokens)))
    (if (and (eq (nth 2 before) 'text) (= (nth 1 before) (point)))
        (progn (setf (nth 1 before) end) (goto-char end))
      (segue--put end 'text))))

(defun segue--fence (position)
  "Let a string of Emacs begin or end at POSITION."
  (when (< position (point-max))
    (put-text-property position (1+ position) 'syntax-table '(15))))

(defconst segue--codes
  '(("[0-9]\\{4\\}-[0-9][0-9]-[0-9][0-9]\\_>" . date)
    ("[0-9]\\{1,2\\}:[0-9][0-9]\\_>" . clock)
    ("[0-9]+\\(?:\\.[0-9]+\\)?%" . percent)
    ("[0-9]+\\(?:\\.[0-9]+\\)?\\_>" . number)
    ("[a-z][a-z0-9_]*\\_>" . name)
    ("=>\\|->\\|[=!<>]=\\|\\?\\?\\|[-<>+*/=?]" . operator)
    ("[][{}(),:;.]" . punctuation)
    ("[[:alnum:]_]+\\|." . unknown))
  "What code is made of; the first that fits is taken.")

(defun segue--code ()
  "Read one token of code at point."
  (cond
   ((looking-at "[ \t\n\r\f\v]+") (goto-char (match-end 0)))
   ((looking-at "##.*") (segue--put (match-end 0) 'doc-comment))
   ((looking-at "#.*") (segue--put (match-end 0) 'comment))
   ((looking-at "\"\\(?:\"\"\\)?")
    (segue--fence (point))
    (push (if (= (- (match-end 0) (match-beginning 0)) 3) 'long 'text) segue--open)
    (segue--put (match-end 0) 'text))
   ((and segue--open (looking-at "}"))
    (segue--fence (point))
    (pop segue--open)
    (segue--put (1+ (point)) 'hole))
   (t (let ((codes segue--codes))
        (while (not (looking-at (caar codes))) (pop codes))
        (segue--put (match-end 0) (cdar codes))))))

(defun segue--text ()
  "Read a piece of the text around point."
  (let ((long (eq (car segue--open) 'long)))
    (cond
     ((looking-at (if long "\"\"\"" "\""))
      (segue--fence (1- (match-end 0)))
      (pop segue--open)
      (segue--put-text (match-end 0)))
     ((and (not long) (eolp))           ; it has no end
      (segue--fence (point))
      (setq segue--open nil)
      (forward-char))
     ((looking-at "{")
      (segue--fence (point))
      (push 'hole segue--open)
      (segue--put (1+ (point)) 'hole))
     ((looking-at "\\\\\\(?:[\"\\nt{}]\\|u{[[:xdigit:]]\\{1,6\\}}\\)") (segue--put (match-end 0) 'escape))
     ((looking-at (if long "[^\"\\{]+" "[^\"\\{\n]+")) (segue--put-text (match-end 0)))
     (t (segue--put-text (1+ (point)))))))

;;;; What a word is, by the words beside it: see src/syntax/places.hpp

(defun segue--string (token)
  "What TOKEN is in the text; empty for none."
  (if token (buffer-substring-no-properties (nth 0 token) (nth 1 token)) ""))

(defun segue--fits (parts token)
  "Whether one of PARTS stands for TOKEN."
  (or (null parts)
      (let* ((there (segue--string token))
             (class (nth 2 token))
             (word (memq class '(name declared keyword constant)))
             (found nil))
        (dolist (part parts found)
          (when (pcase part
                  ("NAME" (and word (not (member there segue-words-reserved))))
                  ("WORD" word)
                  ("NUMBER" (memq class '(number date clock)))
                  ("TEXT" (eq class 'text))
                  ("UNIT" (eq class 'unit))
                  (_ (equal part there)))
            (setq found t))))))

(defun segue--field-p (tokens i around)
  "Whether the word at I of TOKENS is a field; AROUND is the innermost bracket."
  (let ((before (segue--string (segue--at tokens (1- i))))
        (behind (segue--string (segue--at tokens (1+ i)))))
    (or (member before segue-before-fields)
        (and (member before '("(" ",")) (memq around '(arguments fields)) (member behind '(":" "==" "!=" "<=" ">=" "<" ">")))
        (and (equal behind ":") (equal (segue--string (segue--at tokens (+ i 2))) "on"))
        (and (equal before ":")
             (or (eq around 'fields) (equal (segue--string (segue--at tokens (- i 3))) "attribute"))))))

(defun segue--at (tokens i)
  "The token I of the vector TOKENS, if there is one."
  (and (>= i 0) (< i (length tokens)) (aref tokens i)))

(defun segue--word-class (tokens i around)
  "The class of the word at I of TOKENS; AROUND is the innermost bracket."
  (let* ((word (segue--string (aref tokens i)))
         (before (segue--at tokens (1- i)))
         (before-word (segue--string before))
         (behind (segue--at tokens (1+ i)))
         (operand (member before-word segue-before-operands))
         (declaration (member word segue-words-declaration))
         (rows (seq-filter (lambda (place) (equal (car place) word)) segue-places)))
    (cond
     ((segue--field-p tokens i around) 'name)
     ((member word '("true" "false")) 'constant)
     ((member word segue-words-reserved) 'keyword)
     ((and (eq (nth 2 before) 'number) (member word segue-words-unit)) 'unit)
     ((eq around 'facts) 'name)
     ((and (member before-word segue-before-names)
           (not (memq (nth 2 before) '(name declared)))
           (not (equal (segue--string (segue--at tokens (- i 2))) "suppressed"))
           (not (and (member word '("next" "latest")) (equal (segue--string behind) "release")))
           (not (and (equal before-word "at") (equal word "most"))))
      (if (or (member before-word segue-words-declaration) (and (equal before-word "release") (equal (segue--string behind) "{"))) 'declared 'name))
     (rows (if (and (not (and declaration operand))
                    (seq-some (lambda (place) (and (segue--fits (nth 1 place) before) (segue--fits (nth 2 place) behind))) rows))
               'keyword 'name))
     ((and declaration (not operand) (segue--fits '("NAME") behind) (not (equal (segue--string (segue--at tokens (+ i 2))) "=>"))) 'keyword)
     (t 'name))))

(defun segue--class-words (tokens)
  "Give the words of the vector TOKENS their classes, and mark where items begin."
  (let ((open nil))
    (dotimes (i (length tokens))
      (let* ((token (aref tokens i))
             (string (segue--string token))
             (before (segue--at tokens (1- i)))
             (second (segue--string (segue--at tokens (- i 2)))))
        (when (eq (nth 2 token) 'name)
          (setf (nth 2 token) (segue--word-class tokens i (car open)))
          (when (and (null open) (eq (nth 2 token) 'keyword) (or (equal string "on") (member string segue-words-declaration)))
            (put-text-property (nth 0 token) (nth 1 token) 'segue-item t)))
        (cond
         ((eq (nth 2 token) 'hole) (if (equal string "{") (push 'hole open) (pop open)))
         ((not (eq (nth 2 token) 'punctuation)))
         ((equal string "(")
          (push (cond ((not (memq (nth 2 before) '(name declared))) 'group) ((member second '("event" "flow")) 'fields) (t 'arguments)) open))
         ((equal string "{") (push (if (member second '("fan" "release")) 'facts 'block) open))
         ((equal string "[") (push 'group open))
         ((member string '(")" "}" "]")) (pop open)))))))

(defun segue--propertize (start end)
  "Read the text between START and END.
The next few tokens are read too, since words are told by them."
  (remove-text-properties start end '(segue-class nil segue-item nil))
  (setq segue--open nil segue--tokens nil)
  (goto-char start)
  (let ((more 3))
    (while (and (not (eobp)) (or (< (point) end) (> more 0)))
      (when (>= (point) end) (setq more (1- more)))
      (if (memq (car segue--open) '(text long)) (segue--text) (segue--code))))
  (let ((tokens (nreverse segue--tokens)))
    (setq segue--tokens nil)
    (segue--class-words (vconcat (seq-remove (lambda (token) (memq (nth 2 token) '(comment doc-comment))) tokens)))
    (dolist (token tokens)
      (when (< (nth 0 token) end)
        (put-text-property (nth 0 token) (min (nth 1 token) end) 'segue-class (nth 2 token))))))

(defun segue--extend (start end)
  "Begin at the last item before START, where reading can begin; END stays."
  (save-excursion
    (goto-char start)
    (forward-line 0)
    (let ((item (point)))
      (while (and (> item (point-min)) (not (get-text-property item 'segue-item)))
        (setq item (previous-single-property-change item 'segue-item nil (point-min)))
        (when (and (> item (point-min)) (get-text-property (1- item) 'segue-item) (not (get-text-property item 'segue-item)))
          (setq item (1- item))))
      (when (get-text-property item 'segue-item)
        (setq item (previous-single-property-change (1+ item) 'segue-item nil (point-min))))
      (and (< item start) (cons item end)))))

;;;; Colours

(defun segue--next (limit class)
  "Find the next token of CLASS before LIMIT; for font-lock."
  (let ((found nil))
    (while (and (not found) (< (point) limit))
      (let ((end (next-single-property-change (point) 'segue-class nil limit)))
        (when (eq (get-text-property (point) 'segue-class) class)
          (setq found t)
          (set-match-data (list (copy-marker (point)) (copy-marker end))))
        (goto-char end)))
    found))

(defconst segue--font-lock
  (mapcar (lambda (row) `((lambda (limit) (segue--next limit ',(car row))) 0 ',(cdr row) t)) segue--faces)
  "One row a class.")

;;;; Indentation: where `segue fmt' puts the lines

(defun segue--outside-p ()
  "Whether point is neither in a text nor in a comment."
  (not (nth 8 (save-excursion (syntax-ppss (point))))))

(defun segue--back (regexp limit)
  "The last place of code before the line of point that fits REGEXP.
It is behind LIMIT."
  (save-excursion
    (forward-line 0)
    (let ((found nil))
      (while (and (not found) (re-search-backward regexp limit t))
        (when (save-match-data (save-excursion (goto-char (match-end 0)) (backward-char) (segue--outside-p))) (setq found (point))))
      found)))

(defun segue--column (place)
  "The column of PLACE."
  (save-excursion (goto-char place) (current-column)))

(defun segue--start (place)
  "Where what stands on the line of PLACE begins, behind its `=>' or `then'."
  (save-excursion
    (goto-char place)
    (back-to-indentation)
    (while (looking-at "\\(?:=>\\|then\\_>\\)[ \t]*") (goto-char (match-end 0)))
    (current-column)))

(defun segue--line-before ()
  "Where the code of the last line before point's ends that has some."
  (save-excursion
    (forward-line 0)
    (forward-comment (- (point-max)))
    (point)))

(defun segue--indentation ()
  "The column in which the line of point begins; nil in a long text."
  (save-excursion
    (back-to-indentation)
    (let* ((state (save-excursion (syntax-ppss (line-beginning-position))))
           (opener (nth 1 state))
           (limit (if opener (save-excursion (goto-char opener) (line-end-position)) (point-min)))
           (base (if opener (+ (segue--start opener) segue-indent-offset) 0))
           (before (segue--line-before))
           (inside (> before limit))
           (indent-before (save-excursion (goto-char before) (current-indentation)))
           (line-before (save-excursion (goto-char before) (buffer-substring-no-properties (line-beginning-position) before)))
           (on (segue--back "^[ \t]*\\(?:[a-z][a-z0-9_]*[ \t]*:[ \t]*\\)?on\\_>" limit))
           (arrow (segue--back "=>" limit))
           (step (segue--back "\\_<\\(?:prompt\\|send\\|via\\)\\_>" limit))
           (prompt (segue--back "\\_<prompt\\_>" limit)))
      (cond
       ((nth 3 state) nil)
       ((looking-at "[])}]") (if opener (segue--start opener) 0))
       ((and inside (string-match-p "=\\'" line-before)) (+ indent-before segue-indent-offset))
       ((and inside (looking-at "else\\_>") (string-match-p "\\`[ \t]*}" line-before)) indent-before)
       ((looking-at "on\\_>") (if (and inside (string-match-p "\\`[ \t]*[a-z][a-z0-9_]*[ \t]*:\\'" line-before)) (+ indent-before segue-indent-offset) base))
       ((and on (looking-at "=>\\|->\\|\\(?:when\\|once\\|until\\)\\_>"))
        (+ (save-excursion (goto-char on) (current-indentation)) segue-indent-offset))
       ((looking-at "then\\_>") (if arrow (+ (segue--column arrow) 3) base))
       ((and prompt (looking-at "via\\_>")) (+ (segue--column prompt) 2))
       ((and step (looking-at "or\\_>"))
        (+ (segue--column step) (cdr (assoc (save-excursion (goto-char step) (current-word t)) '(("via" . 1) ("send" . 2) ("prompt" . 4))))))
       ((and inside (looking-at "/"))
        (let ((text (save-excursion (goto-char before) (nth 2 (segue--whole-text)))))
          (if text (max 0 (- (segue--column text) 2)) base)))
       ((and inside (looking-at "\""))
        (let ((expect (segue--back "^[ \t]*expect\\_>" limit)))
          (cond (expect (+ (save-excursion (goto-char expect) (current-indentation)) (* 2 segue-indent-offset)))
                ((and prompt (string-match-p "\\_<prompt\\_>" line-before)) (+ (segue--column prompt) 2))
                (t base))))
       (t base)))))

(defun segue--whole-text ()
  "The text that ends at point, with its holes: (nil nil BEGIN)."
  (let ((at (point)) (depth 0) (begin nil))
    (while (and (not begin) (> at (line-beginning-position)))
      (setq at (1- at))
      (pcase (get-text-property at 'segue-class)
        ('hole (setq depth (+ depth (if (eq (char-after at) ?}) 1 -1))))
        ((or 'text 'escape)
         (when (and (= depth 0) (eq (char-after at) ?\") (not (memq (get-text-property (1- at) 'segue-class) '(text escape hole)))) (setq begin at)))))
    (list nil nil begin)))

(defun segue-indent-line ()
  "Put the line where `segue fmt' would."
  (interactive)
  (let ((column (segue--indentation)))
    (if (null column) 'noindent
      (if (<= (current-column) (current-indentation)) (indent-line-to column)
        (save-excursion (indent-line-to column))))))

;;;; The mode

(defvar segue-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    (dolist (sign '(?+ ?- ?* ?/ ?= ?< ?> ?? ?! ?% ?& ?|)) (modify-syntax-entry sign "." table))
    table)
  "What characters are in Segue.")

;;;###autoload
(define-derived-mode segue-mode prog-mode "Segue"
  "Major mode for action flows."
  (setq-local comment-start "# "
              comment-start-skip "#+[ \t]*"
              indent-tabs-mode nil
              indent-line-function #'segue-indent-line
              parse-sexp-lookup-properties t
              syntax-propertize-function #'segue--propertize
              font-lock-defaults '(segue--font-lock)
              imenu-generic-expression '(("Rules" "^[ \t]*\\([a-z][a-z0-9_]*\\):[ \t]*\\(?:on\\_>.*\\)?$" 1)
                                         ("Flows" "^[ \t]*flow[ \t]+\\([a-z][a-z0-9_]*\\)" 1)
                                         ("Tests" "^[ \t]*test[ \t]+\"\\([^\"]*\\)\"" 1))
              compile-command (concat segue-program " check --format concise " (if buffer-file-name (shell-quote-argument (file-name-nondirectory buffer-file-name)) ".")))
  (add-hook 'syntax-propertize-extend-region-functions #'segue--extend t t))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.flow\\'" . segue-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs (cons 'segue-mode (lambda (&rest _) (list segue-program "lsp")))))

(provide 'segue-mode)
;;; segue-mode.el ends here
