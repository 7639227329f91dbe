// The TextMate grammar as an editor reads it, beside the compiler's own classes:
// node textmate.mjs ENGINE ROOT SEGUE MODULES [--broken]. ENGINE is vscode-textmate (VS Code's) or shiki.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compareAll, letters } from "./classes.mjs";

const [engine, root, segue, modules, flag] = process.argv.slice(2);
const require = createRequire(join(modules, "x"));
const grammar = JSON.parse(readFileSync(join(root, "editors/textmate/segue.tmLanguage.json"), "utf8"));
if (flag === "--broken") grammar.repository["in-place"].patterns.splice(0, 5); // the places of some words

const scopes = [
  [/^comment\.line\.documentation/, "doc-comment"], [/^comment/, "comment"], [/^constant\.character\.escape/, "escape"], [/^punctuation\.section\.embedded/, "hole"],
  [/^(punctuation\.definition\.)?string/, "text"], [/^constant\.numeric\.date/, "date"], [/^constant\.numeric\.clock/, "clock"], [/^constant\.numeric\.percent/, "percent"],
  [/^constant\.numeric/, "number"], [/^constant\.language/, "constant"], [/^keyword\.other\.unit/, "unit"], [/^keyword\.operator/, "operator"],
  [/^(keyword|storage)/, "keyword"], [/^punctuation/, "punctuation"], [/^(variable|entity|support)/, "name"],
];
// The innermost scope that says something; a hole begins anew.
function letterOf(names) {
  for (const name of names.toReversed()) {
    if (name.startsWith("meta.embedded")) break;
    const row = scopes.find(([pattern]) => pattern.test(name));
    if (row) return letters[row[1]];
  }
  return "?";
}
// Tokens count UTF-16 units; a row has a letter for each character.
const row = (line, unitLetters) => {
  let unit = 0;
  return Array.from(line, (c) => {
    const letter = unitLetters[unit];
    unit += c.length;
    return letter;
  }).join("");
};

let classify;
if (engine === "vscode-textmate") {
  const oniguruma = require("vscode-oniguruma");
  const textmate = require("vscode-textmate");
  await oniguruma.loadWASM(readFileSync(join(modules, "vscode-oniguruma/release/onig.wasm")).buffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({ createOnigScanner: (p) => new oniguruma.OnigScanner(p), createOnigString: (s) => new oniguruma.OnigString(s) }),
    loadGrammar: async () => textmate.parseRawGrammar(JSON.stringify(grammar), "segue.json"),
  });
  const loaded = await registry.loadGrammar("source.segue");
  classify = (path, lines) => {
    let state = textmate.INITIAL;
    return lines.map((line) => {
      const read = loaded.tokenizeLine(line, state);
      state = read.ruleStack;
      return row(line, read.tokens.flatMap((t) => Array(t.endIndex - t.startIndex).fill(letterOf(t.scopes))));
    });
  };
} else {
  const { createHighlighter } = await import(pathToFileURL(join(modules, "shiki/dist/index.mjs")));
  const highlighter = await createHighlighter({ themes: ["github-light"], langs: [{ ...grammar, name: "segue" }] });
  classify = (path, lines) =>
    highlighter
      .codeToTokensBase(lines.join("\n"), { lang: "segue", theme: "github-light", includeExplanation: "scopeName" })
      .map((tokens, l) => row(lines[l], tokens.flatMap((t) => t.explanation.flatMap((e) => Array(e.content.length).fill(letterOf(e.scopes.map((s) => s.scopeName)))))));
}
await compareAll({ root, segue, classify, broken: flag === "--broken", what: engine });
