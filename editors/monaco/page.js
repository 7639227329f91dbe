// The page that serve.mjs shows: the scripts of a folder, one of them in Monaco. What is changed stays in the page.
import { connect } from "./client.js";
import { register } from "./segue.js";

const loader = window.require;
loader.config({ paths: { vs: "/monaco/vs" } });
const monaco = await new Promise((done) => loader(["vs/editor/editor.main"], () => done(window.monaco)));
register(monaco);

const { rootUri, files } = await (await fetch("/files")).json();
const client = await connect(monaco, new WebSocket(`ws://${location.host}/lsp`), { rootUri });
const editor = monaco.editor.create(document.getElementById("editor"), { automaticLayout: true, "semanticHighlighting.enabled": true, inlayHints: { enabled: "on" }, fixedOverflowWidgets: true });
const models = new Map();

// A script in the page; one of the library is there to be read.
async function model(uri) {
  const key = uri.toString();
  if (models.has(key)) return models.get(key);
  const answer = await fetch(`/file?uri=${encodeURIComponent(key)}`);
  if (!answer.ok) return null;
  const made = monaco.editor.createModel(await answer.text(), "segue", uri);
  client.open(made);
  models.set(key, made);
  return made;
}

async function show(uri, place) {
  const wanted = await model(uri);
  if (!wanted) return;
  editor.setModel(wanted);
  editor.updateOptions({ readOnly: !files.some((file) => file.uri === uri.toString()) });
  if (place) editor.setPosition({ lineNumber: place.startLineNumber ?? place.lineNumber, column: place.startColumn ?? place.column }), editor.revealPositionInCenter(editor.getPosition());
  for (const button of document.querySelectorAll("nav button")) button.className = button.dataset.uri === uri.toString() ? "open" : "";
  editor.focus();
}

for (const file of files) {
  const button = document.createElement("button");
  button.textContent = file.name;
  button.dataset.uri = file.uri;
  button.onclick = () => show(monaco.Uri.parse(file.uri));
  document.getElementById("files").append(button);
}
// A definition in another file opens it here.
monaco.editor.registerEditorOpener({
  openCodeEditor(_, uri, place) {
    show(uri, place);
    return true;
  },
});
await Promise.all(files.map((file) => model(monaco.Uri.parse(file.uri)))); // so that a name is changed in all of them
if (files.length > 0) await show(monaco.Uri.parse(files[0].uri));
Object.assign(window, { segue: { monaco, editor, client, show } }); // for who tries it
