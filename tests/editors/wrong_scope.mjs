// Each assertion of scopes.flow is one: with the scope of a unit changed, vscode-tmgrammar-test fails: node wrong_scope.mjs ROOT MODULES.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [root, modules] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "segue-scopes-"));
const run = (text) => {
  writeFileSync(join(folder, "scopes.flow"), text);
  return spawnSync(process.execPath, [join(modules, "vscode-tmgrammar-test/dist/unit.js"), "-g", join(root, "editors/textmate/segue.tmLanguage.json"), join(folder, "scopes.flow")]).status;
};
const text = readFileSync(join(root, "tests/editors/scopes.flow"), "utf8");
const before = run(text);
const after = run(text.replace("keyword.other.unit.segue", "keyword.control.segue"));
rmSync(folder, { recursive: true });
console.log(`as it stands: exit ${before}; with a wrong scope: exit ${after}`);
process.exit(before === 0 && after !== 0 && after !== null ? 0 : 1);
