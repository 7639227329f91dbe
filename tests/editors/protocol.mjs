// The server as a client sees it that was made by those who made the protocol: node protocol.mjs SEGUE MODULES. Over a pipe, with requests that are called
// off, both encodings, a text that is changed a thousand times, and an end as it should be and one as it should not.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import assert from "node:assert/strict";

const [tool, modules] = process.argv.slice(2);
const require = createRequire(join(modules, "/"));
const { createProtocolConnection, StreamMessageReader, StreamMessageWriter, CancellationTokenSource, InitializeRequest, InitializedNotification, DidOpenTextDocumentNotification,
  DidChangeTextDocumentNotification, PublishDiagnosticsNotification, CompletionRequest, HoverRequest, DefinitionRequest, ReferencesRequest, RenameRequest, PrepareRenameRequest, DocumentSymbolRequest,
  SemanticTokensRequest, FoldingRangeRequest, SelectionRangeRequest, DocumentFormattingRequest, CodeActionRequest, CodeLensRequest, InlayHintRequest, DocumentLinkRequest, SignatureHelpRequest,
  CallHierarchyPrepareRequest, CallHierarchyIncomingCallsRequest, WorkspaceSymbolRequest, ExecuteCommandRequest, DocumentDiagnosticRequest, ShutdownRequest, ExitNotification,
  DidChangeWatchedFilesNotification, DocumentHighlightRequest } = require("vscode-languageserver-protocol/node");

const folder = mkdtempSync(join(tmpdir(), "segue-protocol-"));
const home = mkdtempSync(join(tmpdir(), "segue-home-"));
process.on("exit", () => [folder, home].forEach((each) => rmSync(each, { recursive: true, force: true })));
const uri = (name) => pathToFileURL(join(folder, name)).href;
const script = `use "./shared.flow"
on presave when not sms => prompt sms
r2: on listen >= 3 per track when fond => prompt save
test "a pre-save is asked for texts" {
  ana does presave("neon")
  expect prompt sms to ana
}
`;
writeFileSync(join(folder, "shared.flow"), 'define fond = follow\nrelease neon {\n  title "Neon 🎵"\n  date  2026-03-13\n  link  "https://neon.example"\n}\n');
writeFileSync(join(folder, "a.flow"), script);

async function session(capabilities = {}) {
  const child = spawn(tool, ["lsp"], { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, HOME: home, XDG_CACHE_HOME: "" } });
  const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  const problems = new Map();
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => problems.set(params.uri, params));
  connection.onRequest((method) => (method === "client/registerCapability" ? null : null));
  connection.listen();
  const started = await connection.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities, workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "w" }] });
  await connection.sendNotification(InitializedNotification.type, {});
  const until = async (good, what) => {
    for (let n = 0; n < 500; ++n) {
      if (good()) return;
      await new Promise((next) => setTimeout(next, 10));
    }
    assert.fail(`in five seconds: ${what}`);
  };
  return { child, connection, problems, started, until, exited: new Promise((done) => child.on("exit", done)) };
}

const s = await session({ textDocument: { completion: { completionItem: { snippetSupport: true } }, documentSymbol: { hierarchicalDocumentSymbolSupport: true }, rename: { prepareSupport: true } } });
const { connection, problems, until } = s;
assert.equal(s.started.serverInfo.name, "segue");
assert.equal(s.started.capabilities.positionEncoding, "utf-16");
const textDocument = { uri: uri("a.flow") };
const at = (line, character) => ({ textDocument, position: { line, character } });
await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { ...textDocument, languageId: "segue", version: 1, text: script } });
await until(() => problems.get(textDocument.uri)?.version === 1, "what is wrong is told");
assert.deepEqual(problems.get(textDocument.uri).diagnostics.filter((d) => d.severity === 1), []);

// every question, once
assert.match((await connection.sendRequest(HoverRequest.type, at(1, 5))).contents.value, /pre-saved a release/);
assert.ok((await connection.sendRequest(CompletionRequest.type, at(1, 34))).items.some((item) => item.label === "sms"));
assert.match((await connection.sendRequest(SignatureHelpRequest.type, at(4, 19))).signatures[0].label, /^presave\(release: release\)$/);
assert.equal((await connection.sendRequest(DefinitionRequest.type, at(2, 35)))[0].uri, uri("shared.flow"));
assert.equal((await connection.sendRequest(ReferencesRequest.type, { ...at(2, 35), context: { includeDeclaration: true } })).length, 2);
assert.equal((await connection.sendRequest(DocumentHighlightRequest.type, at(2, 35))).length, 1);
assert.equal((await connection.sendRequest(PrepareRenameRequest.type, at(2, 35))).placeholder, "fond");
assert.deepEqual(Object.keys((await connection.sendRequest(RenameRequest.type, { ...at(2, 35), newName: "devoted" })).changes).sort(), [uri("a.flow"), uri("shared.flow")]);
await assert.rejects(connection.sendRequest(RenameRequest.type, { ...at(2, 35), newName: "on" }), /word of the language/);
assert.equal((await connection.sendRequest(DocumentSymbolRequest.type, { textDocument })).length, 4);
assert.ok((await connection.sendRequest(WorkspaceSymbolRequest.type, { query: "neo" })).some((symbol) => symbol.name === "neon"));
assert.equal((await connection.sendRequest(SemanticTokensRequest.type, { textDocument })).data.length % 5, 0);
assert.deepEqual((await connection.sendRequest(FoldingRangeRequest.type, { textDocument })).map((f) => [f.startLine, f.endLine]), [[3, 5]]);
assert.equal((await connection.sendRequest(SelectionRangeRequest.type, { textDocument, positions: [{ line: 1, character: 5 }] })).length, 1);
assert.ok((await connection.sendRequest(DocumentFormattingRequest.type, { textDocument, options: { tabSize: 2, insertSpaces: true } })).length > 0);
assert.ok((await connection.sendRequest(CodeActionRequest.type, { textDocument, range: { start: { line: 1, character: 1 }, end: { line: 1, character: 1 } }, context: { diagnostics: [] } })).some((a) => a.title.startsWith("Label this rule")));
assert.equal((await connection.sendRequest(CodeLensRequest.type, { textDocument }))[0].command.command, "segue.runTest");
assert.ok((await connection.sendRequest(InlayHintRequest.type, { textDocument, range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } } })).some((hint) => hint.label === "(track)"));
assert.equal((await connection.sendRequest(DocumentLinkRequest.type, { textDocument }))[0].target, uri("shared.flow"));
const [rule] = await connection.sendRequest(CallHierarchyPrepareRequest.type, at(2, 5));
assert.equal(rule.name, "a/r2");
assert.deepEqual(await connection.sendRequest(CallHierarchyIncomingCallsRequest.type, { item: rule }), []);
assert.equal((await connection.sendRequest(ExecuteCommandRequest.type, { command: "segue.runTests", arguments: [textDocument.uri] }))[0].passed, true);

// The library has a copy that can be read.
const [library] = await connection.sendRequest(DefinitionRequest.type, at(1, 5));
assert.match(library.uri, /\.cache\/segue\/.*\/std\/prelude\.flow$/);
assert.match((await connection.sendRequest(HoverRequest.type, { textDocument: { uri: library.uri }, position: library.range.start })).contents.value, /presave/);

// called off: some are answered, some refused, none is left
const waiting = [];
for (let n = 0; n < 200; ++n) {
  const source = new CancellationTokenSource();
  waiting.push(connection.sendRequest(HoverRequest.type, at(1, 5), source.token).then(() => "answered", (error) => error.code));
  source.cancel();
}
for (const end of await Promise.all(waiting)) assert.ok(end === "answered" || end === -32800, String(end));

// a thousand changes, and then what is wrong is that of the last text
for (let version = 2; version <= 1001; ++version)
  await connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { ...textDocument, version }, contentChanges: [version % 2 === 0 ? { range: { start: { line: 1, character: 3 }, end: { line: 1, character: 3 } }, text: "x" } : { range: { start: { line: 1, character: 3 }, end: { line: 1, character: 4 } }, text: "" }] });
await connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { ...textDocument, version: 1002 }, contentChanges: [{ range: { start: { line: 1, character: 3 }, end: { line: 1, character: 3 } }, text: "x" }] });
await until(() => problems.get(textDocument.uri)?.version === 1002, "the last text is looked at");
assert.equal(problems.get(textDocument.uri).diagnostics[0].code, "E0201");

// a file that is deleted under it, and one that nobody has
rmSync(join(folder, "shared.flow"));
await connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri: uri("shared.flow"), type: 3 }] });
await until(() => problems.get(textDocument.uri)?.diagnostics.some((d) => d.code === "E0205"), "the file that is gone is missed");
assert.equal(await connection.sendRequest(HoverRequest.type, { textDocument: { uri: uri("no.flow") }, position: { line: 0, character: 0 } }), null);

// asked, and not told as well
const pulled = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument });
assert.ok(pulled.kind === "full" && pulled.items.length > 0);
await until(() => problems.get(textDocument.uri)?.diagnostics.length === 0, "who asks is not told as well");

await connection.sendRequest(ShutdownRequest.type);
await connection.sendNotification(ExitNotification.type);
assert.equal(await s.exited, 0);

const other = await session({ general: { positionEncodings: ["utf-8", "utf-16"] } });
assert.equal(other.started.capabilities.positionEncoding, "utf-8");
other.child.stdin.end(); // the editor is gone
assert.equal(await other.exited, 1);

// An editor that was killed, and left the pipe to somebody else: it is missed after a while.
const editor = spawn(process.execPath, ["-e", ""]);
await new Promise((done) => editor.on("exit", done));
const orphan = spawn(tool, ["lsp"], { stdio: ["pipe", "ignore", "inherit"] });
const hello = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: { processId: editor.pid, rootUri: null, capabilities: {} } });
orphan.stdin.write(`Content-Length: ${hello.length}\r\n\r\n${hello}`);
const missed = await Promise.race([new Promise((done) => orphan.on("exit", done)), new Promise((done) => setTimeout(done, 30_000, "still there"))]);
assert.equal(missed, 1);

const garbled = spawn(tool, ["lsp"], { stdio: ["pipe", "ignore", "pipe"] });
garbled.stdin.end("hello, this is no message\r\n\r\nat all\r\n\r\n");
let said = "";
garbled.stderr.on("data", (data) => (said += data));
assert.equal(await new Promise((done) => garbled.on("close", done)), 1);
assert.match(said, /Content-Length/);
console.log("protocol: all as it should be");
process.exit(0);
