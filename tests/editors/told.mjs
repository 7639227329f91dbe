// An editor that is run by itself, beside the compiler's own classes: node told.mjs vim|nvim|emacs ROOT SEGUE [--broken].
// The editor is given a list of scripts and writes `= PATH`, then the letters of each line.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareAll, scripts } from "./classes.mjs";

const [editor, root, segue, flag] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "segue-editors-"));
const list = join(folder, "list");
const out = join(folder, "out");
writeFileSync(list, scripts(root, segue).map((path) => join(root, path) + "\n").join(""));
const vim = ["-N", "-u", "NONE", "-i", "NONE", "--cmd", `set runtimepath^=${join(root, "editors/vim")}`, "-S", join(root, "tests/editors/vim.vim")];
const commands = {
  vim: ["vim", ["-es", ...vim]],
  nvim: ["nvim", ["--headless", ...vim]],
  emacs: ["emacs", ["-Q", "--batch", "-L", join(root, "editors/emacs"), "-l", join(root, "tests/editors/emacs.el"), "-f", "segue-test-classes"]],
};
const [command, args] = commands[editor];
const run = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, SEGUE_LIST: list, SEGUE_OUT: out, SEGUE_BROKEN: flag ? "1" : "", HOME: folder, TERM: "dumb" } });
if (run.error || run.status !== 0) throw new Error(`${command}: ${run.error ?? `exit ${run.status}\n${run.stdout}${run.stderr}`}`);
const seen = {};
let rows;
for (const line of readFileSync(out, "utf8").trimEnd().split("\n")) {
  if (line.startsWith("= /")) rows = seen[line.slice(2)] = [];
  else rows.push(line);
}
rmSync(folder, { recursive: true });
await compareAll({ root, segue, classify: (path) => seen[path] ?? [], broken: flag === "--broken", what: editor });
