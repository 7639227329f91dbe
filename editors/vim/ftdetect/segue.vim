autocmd BufNewFile,BufRead *.flow setfiletype segue
