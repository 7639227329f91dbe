// An editor's client starts `segue lsp` for a script: node start.mjs nvim|emacs|vscode ROOT [--broken]. A stand-in for the server notes what comes;
// with --broken it is started by another name, and nothing may come.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [editor, root, flag] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "segue-start-"));
const log = join(folder, "log");
const tool = join(folder, flag ? "other" : "segue");
writeFileSync(tool, `#!/bin/sh\nexec '${process.execPath}' '${join(here, "server.mjs")}' "$@"\n`);
chmodSync(tool, 0o755);
const script = join(folder, "a.flow");
writeFileSync(script, "on save => prompt follow\n");
const wait = "lua vim.wait(10000, function() return vim.fn.filereadable(vim.env.SEGUE_LOG) == 1 and vim.fn.join(vim.fn.readfile(vim.env.SEGUE_LOG)):find('didOpen') ~= nil end, 50)";
const runs = {
  nvim: () => ["nvim", ["--headless", "-u", "NONE", "-i", "NONE", "--cmd", `set runtimepath^=${join(root, "editors/vim")}`, "-c", "filetype plugin indent on", "-c", "lua require('segue').setup()",
    "-c", `edit ${script}`, "-c", flag ? "sleep 1" : wait, "-c", "qall!"]],
  emacs: () => ["emacs", ["-Q", "--batch", "-L", join(root, "editors/emacs"), "-l", join(here, "emacs.el"), "--eval", `(segue-test-start "${script}")`]],
  vscode: () => {
    const extension = join(folder, "extension");
    cpSync(join(root, "editors/vscode"), extension, { recursive: true });
    symlinkSync(join(root, "build/vscode/node_modules"), join(extension, "node_modules"));
    return [process.execPath, [join(here, "client.cjs"), extension, join(folder, "segue"), log]];
  },
};
const [command, args] = runs[editor]();
const run = spawnSync(command, args, { encoding: "utf8", timeout: 60_000, env: { ...process.env, SEGUE_LOG: log, HOME: folder, TERM: "dumb", PATH: `${folder}:${process.env.PATH}` } });
const came = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
rmSync(folder, { recursive: true });
const wanted = ["started with lsp", "initialize", "initialized", ...(editor === "vscode" ? [] : ["textDocument/didOpen segue"])];
const right = wanted.every((line) => came.includes(line)) && (editor !== "vscode" || run.status === 0);
console.log(`${editor}: exit ${run.status}; the server saw: ${came.join(", ") || "nothing"}\n${run.stdout}${run.stderr}`);
process.exit(right === (flag !== "--broken") ? 0 : 1);
