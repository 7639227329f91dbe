// The Monarch grammar as Monaco's own tokenizer reads it, beside the compiler's own classes: node monarch.mjs ROOT SEGUE MODULES [--broken].
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compareAll, letters } from "./classes.mjs";

const [root, segue, modules, flag] = process.argv.slice(2);
const monarch = join(modules, "monaco-editor/esm/vs/editor/standalone/common/monarch");
const { compile } = await import(pathToFileURL(join(monarch, "monarchCompile.js")));
const { MonarchTokenizer } = await import(pathToFileURL(join(monarch, "monarchLexer.js")));
const { id, language } = await import(pathToFileURL(join(root, "editors/monaco/segue.js")));
if (flag === "--broken") language.tokenizer.asked = language.tokenizer.asked.slice(-1);

const classes = {
  keyword: "keyword", type: "unit", constant: "constant", identifier: "name", "identifier.declared": "name", number: "number", "number.percent": "percent",
  "number.date": "date", "number.clock": "clock", string: "text", "string.escape": "escape", "delimiter.hole": "hole", operator: "operator",
  delimiter: "punctuation", comment: "comment", "comment.doc": "doc-comment",
};
// What the tokenizer asks of the editor around it.
const languages = { isRegisteredLanguageId: (other) => other === id, requestBasicLanguageFeatures() {}, languageIdCodec: { encodeLanguageId: () => 1, decodeLanguageId: () => id } };
const configuration = { getValue: () => 1_000_000, onDidChangeConfiguration: () => ({ dispose() {} }) };
const tokenizer = new MonarchTokenizer(languages, null, id, compile(id, language), configuration);

function classify(path, lines) {
  let state = tokenizer.getInitialState();
  return lines.map((line) => {
    const { tokens, endState } = tokenizer.tokenize(line, true, state);
    state = endState;
    let unit = 0;
    return Array.from(line, (character) => {
      const token = tokens.findLast((t) => t.offset <= unit);
      unit += character.length;
      return letters[classes[token.type.replace(/\.segue$/, "")]] ?? "?";
    }).join("");
  });
}
await compareAll({ root, segue, classify, broken: flag === "--broken", what: "monarch" });
