// Scripts in the one style, their indentation taken away, come out of an editor's own indentation as they were:
// node indent.mjs vim|nvim|emacs ROOT [--broken].
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [editor, root, flag] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "segue-indent-"));
const scripts = ["examples", "stdlib/recipes", "tests/stdlib", "stdlib"].flatMap((at) =>
  readdirSync(join(root, at), { recursive: at === "examples" }).filter((name) => name.endsWith(".flow")).sort().map((name) => join(root, at, name)));
const copies = scripts.map((path, i) => {
  const copy = join(folder, `${i}.flow`);
  writeFileSync(copy, readFileSync(path, "utf8").replace(/^[ \t]+/gm, ""));
  return copy;
});
writeFileSync(join(folder, "list"), copies.join("\n") + "\n");
const vim = ["-N", "-u", "NONE", "-i", "NONE", "--cmd", `set runtimepath^=${join(root, "editors/vim")}`, "-S", join(root, "tests/editors/vim_indent.vim")];
const commands = {
  vim: ["vim", ["-es", ...vim]],
  nvim: ["nvim", ["--headless", ...vim]],
  emacs: ["emacs", ["-Q", "--batch", "-L", join(root, "editors/emacs"), "-l", join(root, "tests/editors/emacs.el"), "-f", "segue-test-indent"]],
};
const [command, args] = commands[editor];
const run = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, SEGUE_LIST: join(folder, "list"), SEGUE_BROKEN: flag ? "1" : "", HOME: folder, TERM: "dumb" } });
if (run.error || run.status !== 0) throw new Error(`${command}: ${run.error ?? `exit ${run.status}\n${run.stdout}${run.stderr}`}`);
const wrong = [];
scripts.forEach((path, i) => {
  const wanted = readFileSync(path, "utf8").split("\n");
  const seen = readFileSync(copies[i], "utf8").split("\n");
  wanted.forEach((line, l) => {
    if (line !== seen[l]) wrong.push(`${path}:${l + 1}: \`${line}\` came out as \`${seen[l]}\``);
  });
});
rmSync(folder, { recursive: true });
const found = wrong.length > 0;
console.log([...wrong.slice(0, 20), `${editor}: ${scripts.length} scripts, ${wrong.length} lines are not where they were`].join("\n"));
process.exit(found === (flag === "--broken") ? 0 : 1);
