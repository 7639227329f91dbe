// The classes of a script's characters, one letter each, as `segue syntax --tokens` tells them; and where two tellings differ.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const letters = {
  keyword: "k", unit: "u", constant: "c", name: "n", number: "0", percent: "%", date: "d", clock: ":", text: "t", escape: "e", hole: "h",
  operator: "o", punctuation: "p", comment: "#", "doc-comment": "D", unknown: "?",
};
const classes = Object.fromEntries(Object.entries(letters).map(([name, letter]) => [letter, name]));

// Every script of the tree that can be read.
export function scripts(root, segue) {
  const all = execFileSync("find", ["examples", "stdlib", "tests", "-name", "*.flow"], { cwd: root, encoding: "utf8" }).trim().split("\n").sort();
  const read = all.filter((path) => spawnSync(segue, ["syntax", "--tokens", join(root, path)]).status === 0);
  if (read.length < 150) throw new Error(`only ${read.length} of ${all.length} scripts can be read`);
  return read;
}

export function linesOf(path) {
  return readFileSync(path, "utf8").replace(/^\uFEFF/, "").split("\n").map((line) => line.replace(/\r$/, ""));
}

// One string a line, one letter a character; a blank where nothing stands.
export function told(segue, path) {
  const out = linesOf(path).map((line) => Array.from(line, () => " "));
  for (const token of execFileSync(segue, ["syntax", "--tokens", path], { encoding: "utf8" }).trim().split("\n")) {
    if (token === "") continue;
    const [, line, column, endLine, endColumn, name] = token.match(/^(\d+):(\d+)-(\d+):(\d+) ([a-z-]+)$/);
    for (let l = Number(line); l <= Number(endLine); ++l) {
      const row = out[l - 1];
      const from = l === Number(line) ? Number(column) - 1 : 0;
      const to = l === Number(endLine) ? Number(endColumn) - 1 : row.length;
      for (let c = from; c < Math.min(to, row.length); ++c) row[c] = letters[name];
    }
  }
  return out.map((row) => row.join(""));
}

// What is wrong with `seen` beside `wanted`, in words; blanks have no class that one could see.
export function differences(path, lines, wanted, seen, most = 5) {
  const out = [];
  lines.forEach((line, l) => {
    const characters = Array.from(line);
    for (let c = 0; c < characters.length && out.length < most; ++c) {
      if (/\s/.test(characters[c]) || wanted[l]?.[c] === seen[l]?.[c]) continue;
      out.push(`${path}:${l + 1}:${c + 1}: \`${line.trim()}\`: ${classes[wanted[l]?.[c]] ?? "nothing"} here, and the editor has ${classes[seen[l]?.[c]] ?? "nothing"}`);
      while (c + 1 < characters.length && /\w/.test(characters[c + 1])) ++c; // one mistake a word
    }
  });
  return out;
}

// Goes over all scripts with `classify(path, lines)`. With `broken`, the mistake that was put in has to be found.
export async function compareAll({ root, segue, classify, broken, what }) {
  const wrong = [];
  const paths = scripts(root, segue);
  for (const path of paths) {
    const lines = linesOf(join(root, path));
    wrong.push(...differences(path, lines, told(segue, join(root, path)), await classify(join(root, path), lines)));
  }
  if (broken) {
    console.log(wrong.length > 0 ? `found: ${wrong.length} differences, such as ${wrong[0]}` : "the mistake that was put in is not found");
    process.exit(wrong.length > 0 ? 0 : 1);
  }
  console.log([...wrong, `${what}: ${paths.length} scripts, ${wrong.length} differences`].join("\n"));
  process.exit(wrong.length > 0 ? 1 : 0);
}
