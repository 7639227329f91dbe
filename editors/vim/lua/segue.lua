-- Neovim's own client (0.7 and later) with the server `segue lsp`:
--
--   require('segue').setup()                                  -- or
--   require('segue').setup { cmd = { '/path/to/segue', 'lsp' }, on_attach = function(client, buffer) end }
local M = {}

-- The folder of the nearest mark of a project above a file; the file's own if there is none.
local function root_of(path)
  local folder = vim.fn.fnamemodify(path, ':p:h')
  local above = folder
  while true do
    for _, mark in ipairs { '.git', '.segue' } do
      if vim.loop.fs_stat(above .. '/' .. mark) then return above end
    end
    local next_above = vim.fn.fnamemodify(above, ':h')
    if next_above == above then return folder end
    above = next_above
  end
end

local clients = {} -- by root, where vim.lsp.start is not there to look for them

local function attach(options, buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == '' or vim.bo[buffer].buftype ~= '' then return end
  local root = root_of(path)
  local config = vim.tbl_extend('force', { name = 'segue', cmd = { 'segue', 'lsp' }, root_dir = root }, options)
  if vim.fn.executable(config.cmd[1]) ~= 1 then
    vim.notify_once(config.cmd[1] .. ' is not there to be run: install Segue, or say where it is in cmd', vim.log.levels.WARN)
    return
  end
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  if not clients[root] or vim.lsp.client_is_stopped(clients[root]) then clients[root] = vim.lsp.start_client(config) end
  if clients[root] then vim.lsp.buf_attach_client(buffer, clients[root]) end
end

function M.setup(options)
  local group = vim.api.nvim_create_augroup('segue', { clear = true })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = 'segue',
    callback = function(event) attach(options or {}, event.buf) end,
  })
end

return M
