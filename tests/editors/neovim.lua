-- An hour with Neovim's own client in a few seconds: a broken script is opened and underlined, mended by a code action, completed, renamed, formatted.
--   nvim --headless -u NONE -i NONE --cmd 'set runtimepath^=editors/vim' -c 'luafile tests/editors/neovim.lua' with SEGUE and SEGUE_SCRATCH in the environment (client.mjs)
local failures = 0
local function check(what, good, seen)
  if good then return end
  failures = failures + 1
  io.stderr:write('FAILED: ' .. what .. (seen and ('\n  ' .. vim.inspect(seen)) or '') .. '\n')
end

local function wait(what, condition)
  check('in ten seconds: ' .. what, (vim.wait(os.getenv('SEGUE_HASTY') == '1' and 300 or 10000, condition, 20)), vim.fn.execute('messages'))
end

local folder = os.getenv('SEGUE_SCRATCH')
local function write(name, lines) vim.fn.writefile(lines, folder .. '/' .. name) end
write('shared.flow', { 'define fond = listen >= 3' })
write('a.flow', {
  'use "./shared.flow"',
  'on presav when not sms => prompt sms',
  'on listen   when fond => tag vip',
  'on save => ',
})

vim.cmd('filetype plugin indent on')
vim.cmd('syntax on')
require('segue').setup { cmd = { os.getenv('SEGUE'), 'lsp' } }
vim.cmd('edit ' .. folder .. '/a.flow')
check('the file type', vim.bo.filetype == 'segue', vim.bo.filetype)

local function messages()
  return vim.tbl_map(function(d) return d.message end, vim.diagnostic.get(0))
end
local function text() return vim.api.nvim_buf_get_lines(0, 0, -1, false) end

-- what is wrong is underlined, with its code
wait('the misspelt event is found', function() return #vim.diagnostic.get(0) >= 2 end)
local found = vim.diagnostic.get(0, { lnum = 1 })[1]
check('the place of the diagnostic', found and found.col == 3 and found.end_col == 9, found)
check('its words', found and found.message:find('no event named `presav`', 1, true) ~= nil, found)
check('its code', found and found.user_data and found.user_data.lsp.code == 'E0201', found)

-- mended by a code action, as a person chooses it
local chosen
vim.ui.select = function(items, _, on_choice)
  for _, item in ipairs(items) do
    local action = item[2] or item
    if action.title:find('Mend', 1, true) then
      chosen = action.title
      return on_choice(item, 1)
    end
  end
  on_choice(nil)
end
vim.api.nvim_win_set_cursor(0, { 2, 5 })
vim.lsp.buf.code_action()
wait('the mend is made', function() return text()[2] == 'on presave when not sms => prompt sms' end)
check('the title of the mend', chosen == 'Mend: `presave` for `presav`', chosen)

-- completion behind the arrow
local function complete(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
  local params = vim.lsp.util.make_position_params()
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/completion', params, 5000) or {}
  for _, answer in pairs(answers) do return answer.result.items end
  return {}
end
local steps = complete(4, 11)
check('steps are offered', vim.tbl_contains(vim.tbl_map(function(i) return i.label end, steps), 'prompt'), steps)
vim.api.nvim_buf_set_lines(0, 3, 4, false, { 'on save => prompt fol' })
local goals = complete(4, 21)
for _, item in ipairs(goals) do
  if item.label == 'follow' then vim.lsp.util.apply_text_edits({ item.textEdit }, 0, 'utf-16') end
end
check('the goal is completed', text()[4] == 'on save => prompt follow', text()[4])
wait('nothing is an error any more', function()
  return #vim.diagnostic.get(0, { severity = vim.diagnostic.severity.ERROR }) == 0
end)

-- hover, in a window of its own
vim.api.nvim_win_set_cursor(0, { 2, 5 })
vim.lsp.buf.hover()
local function hovering()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
      if table.concat(lines, '\n'):find('pre%-saved a release') then return window end
    end
  end
end
wait('the doc comment is shown', hovering)
local window = hovering()
if window then vim.api.nvim_win_close(window, true) end

-- another name, in both files
vim.api.nvim_win_set_cursor(0, { 3, 18 })
vim.lsp.buf.rename('devoted')
wait('the name is changed here', function() return text()[3] == 'on listen   when devoted => tag vip' end)
wait('and in the other file', function()
  local other = vim.fn.bufnr(folder .. '/shared.flow')
  return other > 0 and vim.api.nvim_buf_get_lines(other, 0, -1, false)[1] == 'define devoted = listen >= 3'
end)

-- where it is declared, once the client has told of its change to the other file, for which it takes its time
vim.wait(1000, function() return false end)
vim.lsp.buf.definition()
wait('the declaration is gone to', function() return vim.fn.expand('%:t') == 'shared.flow' end)
vim.cmd('buffer ' .. vim.fn.bufnr(folder .. '/a.flow'))

-- the one style
vim.lsp.buf.formatting_sync(nil, 5000)
check('it is formatted', text()[3] == 'on listen when devoted          => tag vip' or text()[3]:find('on listen when devoted', 1, true) == 1, text())

-- the server goes when the editor goes
local ids = vim.tbl_map(function(c) return c.id end, vim.lsp.get_active_clients())
vim.lsp.stop_client(ids)
wait('the server ends', function() return #vim.lsp.get_active_clients() == 0 end)

if failures > 0 then vim.cmd('cquit 1') end
io.stderr:write('neovim: all as it should be\n')
vim.cmd('qall!')
