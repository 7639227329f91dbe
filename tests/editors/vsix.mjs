// script/vsix makes a package that has what the extension needs, and nothing of what made it: node vsix.mjs ROOT.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";

const [root] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "segue-vsix-"));
const path = join(folder, "made/segue.vsix");
const run = spawnSync(join(root, "script/vsix"), [path], { encoding: "utf8" });
if (run.status !== 0) throw new Error(`script/vsix: exit ${run.status}\n${run.stderr}`);
const zip = readFileSync(path);
rmSync(folder, { recursive: true });

// The table at the end of a zip: each file's name, and where it is.
const files = new Map();
const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
for (let i = 0, at = zip.readUInt32LE(end + 16); i < zip.readUInt16LE(end + 10); ++i) {
  const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
  files.set(zip.toString("utf8", at + 46, at + 46 + name), { packed: zip.readUInt16LE(at + 10) === 8, size: zip.readUInt32LE(at + 20), at: zip.readUInt32LE(at + 42) });
  at += 46 + name + extra + comment;
}
const text = (name) => {
  const file = files.get(name);
  const from = file.at + 30 + zip.readUInt16LE(file.at + 26) + zip.readUInt16LE(file.at + 28);
  const bytes = zip.subarray(from, from + file.size);
  return (file.packed ? inflateRawSync(bytes) : bytes).toString("utf8");
};

const wrong = [];
const expect = (truth, what) => { if (!truth) wrong.push(what); };
const manifest = JSON.parse(text("extension/package.json"));
const { languages, grammars, snippets } = manifest.contributes;
for (const file of [manifest.main, languages[0].configuration, grammars[0].path, snippets[0].path, "./readme.md", "./LICENSE.txt", "./node_modules/vscode-languageclient/node.js"])
  expect(files.has(`extension/${file.slice(2)}`), `${file} is in it`);
expect(text("extension/segue.tmLanguage.json") === readFileSync(join(root, "editors/textmate/segue.tmLanguage.json"), "utf8"), "the grammar is that of editors/textmate");
expect(![...files.keys()].some((name) => name.includes("vsce") || name.endsWith("package-lock.json")), "nothing is in it of what made it");
console.log(wrong.length > 0 ? `missing: ${wrong.join("; ")}` : `${files.size} files`);
process.exit(wrong.length > 0 ? 1 : 0);
