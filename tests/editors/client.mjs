// An editor's own client with the real server: node client.mjs nvim|emacs ROOT SEGUE [--broken]. With --broken a server that answers nothing stands in its
// place (server.mjs), and the editor has to miss something.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [editor, root, segue, flag] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "segue-client-"));
const scratch = join(folder, "scripts");
mkdirSync(scratch);
let tool = segue;
if (flag) {
  tool = join(folder, "segue");
  writeFileSync(tool, `#!/bin/sh\nexec '${process.execPath}' '${join(here, "server.mjs")}' "$@"\n`);
  chmodSync(tool, 0o755);
}
const runs = {
  nvim: ["nvim", ["--headless", "-u", "NONE", "-i", "NONE", "--cmd", `set runtimepath^=${join(root, "editors/vim")}`, "-c", `luafile ${join(here, "neovim.lua")}`]],
  emacs: ["emacs", ["-Q", "--batch", "-L", join(root, "editors/emacs"), "-l", join(here, "eglot.el")]],
};
const [command, args] = runs[editor];
const run = spawnSync(command, args, { encoding: "utf8", timeout: 200_000, env: { ...process.env, SEGUE: tool, SEGUE_SCRATCH: scratch, SEGUE_LOG: join(folder, "log"), SEGUE_HASTY: flag ? "1" : "", HOME: folder, XDG_CACHE_HOME: "", TERM: "dumb" } });
rmSync(folder, { recursive: true });
console.log(`${editor}: exit ${run.status}\n${run.stdout}${run.stderr}`);
process.exit((run.status === 0) === (flag !== "--broken") ? 0 : 1);
