;;; eglot.el --- Emacs' own client with the real server, in batch  -*- lexical-binding: t; -*-
;; emacs -Q --batch -L editors/emacs -l tests/editors/eglot.el with SEGUE and SEGUE_SCRATCH in the environment (client.mjs)

(require 'package)
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa-src")
(package-initialize)
(require 'eglot)
(require 'flymake)
(require 'segue-mode)

(defvar segue-eglot-failures 0)

(defun segue-eglot-check (what good &optional seen)
  (unless good
    (setq segue-eglot-failures (1+ segue-eglot-failures))
    (message "FAILED: %s %S" what seen)))

(defmacro segue-eglot-wait (what condition)
  `(let ((tries 0))
     (while (and (not ,condition) (< tries (if (equal (getenv "SEGUE_HASTY") "1") 6 200)))
       (accept-process-output nil 0.05)
       (setq tries (1+ tries)))
     (segue-eglot-check (concat "in ten seconds: " ,what) ,condition (buffer-string))))

(defun segue-eglot-diagnostics ()
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(let* ((folder (getenv "SEGUE_SCRATCH"))
       (path (expand-file-name "e.flow" folder))
       (make-backup-files nil) (create-lockfiles nil)
       (eglot-sync-connect 10))
  (setq segue-program (getenv "SEGUE"))
  (with-temp-file path
    (insert "define fond = listen >= 3\non presav when not sms => prompt sms\non listen   when fond => tag vip\n"))
  (find-file path)
  (apply #'eglot (eglot--guess-contact))
  (flymake-start)
  (segue-eglot-wait "the misspelt event is found" (seq-some (lambda (text) (string-match-p "no event named `presav`" text)) (segue-eglot-diagnostics)))
  ;; the mend
  (goto-char (point-min))
  (search-forward "presav")
  (let* ((actions (jsonrpc-request (eglot--current-server-or-lose) :textDocument/codeAction
                                   (list :textDocument (eglot--TextDocumentIdentifier)
                                         :range (list :start (eglot--pos-to-lsp-position) :end (eglot--pos-to-lsp-position))
                                         :context (list :diagnostics []))))
         (mend (seq-find (lambda (action) (string-prefix-p "Mend" (plist-get action :title))) actions)))
    (segue-eglot-check "a mend is offered" mend actions)
    (when mend (eglot--apply-workspace-edit (plist-get mend :edit))))
  (segue-eglot-wait "the mend is made" (save-excursion (goto-char (point-min)) (search-forward "on presave when" nil t)))
  ;; completion where Emacs asks for it
  (goto-char (point-max))
  (insert "on save => prompt fol")
  (eglot--signal-textDocument/didChange)
  (let* ((capf (eglot-completion-at-point))
         (all (all-completions "fol" (nth 2 capf))))
    (segue-eglot-check "the goal is offered" (member "follow" (mapcar #'substring-no-properties all)) all))
  (insert "low\n")
  (eglot--signal-textDocument/didChange) ; as it does after half a second
  ;; rename, then the one style
  (goto-char (point-min))
  (search-forward "define fo")
  (eglot-rename "devoted")
  (segue-eglot-wait "the name is changed where it is used" (save-excursion (goto-char (point-min)) (search-forward "when devoted" nil t)))
  (eglot-format-buffer)
  (segue-eglot-check "it is formatted" (save-excursion (goto-char (point-min)) (search-forward "on listen when devoted" nil t)) (buffer-string))
  ;; where it is declared, by xref
  (goto-char (point-min))
  (search-forward "when devo")
  (let ((found (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot))))
    (segue-eglot-check "the declaration is found" (and found (= (xref-location-line (xref-item-location (car found))) 1)) found))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot-current-server))
  (when (= segue-eglot-failures 0) (message "eglot: all as it should be"))
  (kill-emacs (if (= segue-eglot-failures 0) 0 1)))
