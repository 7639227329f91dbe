;;; emacs.el --- What Emacs makes of scripts, for told.mjs and indent.mjs  -*- lexical-binding: t; -*-

(require 'segue-mode)

(defconst segue-test-letters
  '((font-lock-keyword-face . "k") (font-lock-type-face . "u") (font-lock-builtin-face . "c") (font-lock-function-name-face . "n") (nil . "n")
    (segue-number-face . "0") (segue-percent-face . "%") (segue-date-face . "d") (segue-clock-face . ":") (font-lock-string-face . "t") (segue-escape-face . "e")
    (segue-hole-face . "h") (segue-operator-face . "o") (segue-punctuation-face . "p") (font-lock-comment-face . "#") (font-lock-comment-delimiter-face . "#")
    (font-lock-doc-face . "D") (font-lock-warning-face . "?")))

(defun segue-test-scripts ()
  (with-temp-buffer
    (insert-file-contents (getenv "SEGUE_LIST"))
    (split-string (buffer-string) "\n" t)))

(defun segue-test-classes ()
  "Tell the class of each character of the scripts of $SEGUE_LIST, by its face."
  (when (not (equal (getenv "SEGUE_BROKEN") "")) (setq segue-words-unit nil))
  (let ((coding-system-for-read 'utf-8) (coding-system-for-write 'utf-8-unix))
    (dolist (path (segue-test-scripts))
      (with-temp-buffer
        (insert-file-contents path)
        (funcall (assoc-default path auto-mode-alist #'string-match))
        (font-lock-ensure)
        ;; What is read again after a change is the same.
        (dolist (part '(2 3 5))
          (goto-char (/ (point-max) part))
          (insert "\"{") (font-lock-ensure)
          (delete-char -2) (font-lock-ensure))
        (let ((out (concat "= " path "\n")))
          (goto-char (point-min))
          (while (not (eobp))
            (let* ((face (get-text-property (point) 'face))
                   (one (if (consp face) (car face) face)))
              (setq out (concat out (cond ((eolp) "\n") ((looking-at "[ \t\r]") " ") (t (or (cdr (assq one segue-test-letters)) "?"))))))
            (forward-char))
          (write-region out nil (getenv "SEGUE_OUT") t 'quiet))))))

(defun segue-test-indent ()
  "Indent the scripts of $SEGUE_LIST anew."
  (when (not (equal (getenv "SEGUE_BROKEN") "")) (setq segue-indent-offset 3))
  (let ((make-backup-files nil) (create-lockfiles nil) (coding-system-for-write 'utf-8-unix))
    (dolist (path (segue-test-scripts))
      (with-current-buffer (find-file-noselect path)
        (indent-region (point-min) (point-max))
        (let ((inhibit-message t)) (save-buffer))
        (kill-buffer)))))

(defvar package-directory-list)
(declare-function package-initialize "package")
(declare-function eglot "ext:eglot")
(declare-function eglot--guess-contact "ext:eglot")
(declare-function eglot-current-server "ext:eglot")
(declare-function eglot-shutdown "ext:eglot")

(defun segue-test-start (path)
  "Let eglot, a package in the Emacs of Debian 12, start the server for PATH."
  (require 'package)
  (add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa-src")
  (package-initialize)
  (require 'eglot)
  (find-file path)
  (apply #'eglot (eglot--guess-contact))
  (sleep-for 0.5)
  (eglot-shutdown (eglot-current-server)))
