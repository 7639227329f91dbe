// Segue's language server behind Monaco: what a page needs beside segue.js. Messages go over a WebSocket, one in each frame, to a bridge (serve.mjs).
//
//   import { register } from "./segue.js";
//   import { connect } from "./client.js";
//   register(monaco);
//   const client = await connect(monaco, new WebSocket("ws://..."), { rootUri: "file:///flows" });
//   client.open(monaco.editor.createModel(text, "segue", monaco.Uri.parse("file:///flows/a.flow")));

const selector = "segue";

const toPosition = (position) => ({ line: position.lineNumber - 1, character: position.column - 1 });
const fromRange = (range) => ({ startLineNumber: range.start.line + 1, startColumn: range.start.character + 1, endLineNumber: range.end.line + 1, endColumn: range.end.character + 1 });
const toRange = (range) => ({ start: { line: range.startLineNumber - 1, character: range.startColumn - 1 }, end: { line: range.endLineNumber - 1, character: range.endColumn - 1 } });
const markdown = (contents) => (contents ? { value: typeof contents === "string" ? contents : contents.value } : undefined);

// JSON-RPC over a socket: requests that wait for their answers, and what the server says by itself.
class Connection {
  constructor(socket) {
    this.socket = socket;
    this.next = 1;
    this.waiting = new Map();
    this.listeners = new Map();
    socket.addEventListener("message", (event) => this.take(JSON.parse(event.data)));
  }
  send(message) {
    this.socket.send(JSON.stringify({ jsonrpc: "2.0", ...message }));
  }
  tell(method, params) {
    this.send({ method, params });
  }
  ask(method, params, token) {
    const id = this.next++;
    token?.onCancellationRequested?.(() => this.tell("$/cancelRequest", { id }));
    return new Promise((done, refused) => {
      this.waiting.set(id, { done, refused });
      this.send({ id, method, params });
    });
  }
  take(message) {
    if (message.method) {
      this.listeners.get(message.method)?.(message.params);
      if (message.id !== undefined) this.send({ id: message.id, result: null }); // the server registers what it watches; a page has no files
      return;
    }
    const { done, refused } = this.waiting.get(message.id) ?? {};
    this.waiting.delete(message.id);
    if (message.error?.code === -32800) done?.(null); // cancelled, as was asked for: nobody waits for it any more
    else if (message.error) refused?.(Object.assign(new Error(message.error.message), { code: message.error.code }));
    else done?.(message.result);
  }
}

export async function connect(monaco, socket, { rootUri, settings = {} } = {}) {
  if (socket.readyState !== 1) await new Promise((done, failed) => (socket.addEventListener("open", done), socket.addEventListener("error", failed)));
  const connection = new Connection(socket);
  const can = {
    textDocument: {
      completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown"] } },
      documentSymbol: { hierarchicalDocumentSymbolSupport: true },
      rename: { prepareSupport: true },
      publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true },
    },
    workspace: { codeLens: { refreshSupport: true } },
  };
  const started = await connection.ask("initialize", { processId: null, rootUri, capabilities: can, initializationOptions: settings });
  connection.tell("initialized", {});

  const { languages, editor, Uri, MarkerSeverity } = monaco;
  const document = (model) => ({ uri: model.uri.toString() });
  const at = (model, position) => ({ textDocument: document(model), position: toPosition(position) });
  const edits = (list) => (list ?? []).map((edit) => ({ range: fromRange(edit.range), text: edit.newText }));
  const workspaceEdit = (edit) => ({
    edits: Object.entries(edit?.changes ?? {}).flatMap(([uri, list]) => edits(list).map((textEdit) => ({ resource: Uri.parse(uri), textEdit, versionId: undefined }))),
  });
  const locations = (list) => (list ?? []).map((location) => ({ uri: Uri.parse(location.uri), range: fromRange(location.range) }));
  const kinds = languages.CompletionItemKind;
  // The numbers of the protocol are not those of Monaco.
  const itemKinds = { 3: kinds.Function, 5: kinds.Field, 6: kinds.Variable, 9: kinds.Module, 10: kinds.Property, 11: kinds.Unit, 12: kinds.Value, 13: kinds.Enum, 14: kinds.Keyword, 15: kinds.Snippet, 17: kinds.File, 20: kinds.EnumMember, 21: kinds.Constant, 22: kinds.Struct, 23: kinds.Event, 25: kinds.TypeParameter };
  const refreshed = new monaco.Emitter();

  connection.listeners.set("textDocument/publishDiagnostics", ({ uri, diagnostics }) => {
    const model = editor.getModel(Uri.parse(uri));
    if (!model) return;
    editor.setModelMarkers(model, "segue", diagnostics.map((d) => ({
      ...fromRange(d.range), message: d.message, source: d.source,
      severity: d.severity === 1 ? MarkerSeverity.Error : MarkerSeverity.Warning,
      code: d.codeDescription ? { value: d.code, target: Uri.parse(d.codeDescription.href) } : d.code,
      tags: d.tags,
      relatedInformation: (d.relatedInformation ?? []).map((r) => ({ resource: Uri.parse(r.location.uri), message: r.message, ...fromRange(r.location.range) })),
    })));
  });
  connection.listeners.set("workspace/codeLens/refresh", () => refreshed.fire());

  const given = [
    languages.registerCompletionItemProvider(selector, {
      triggerCharacters: started.capabilities.completionProvider.triggerCharacters,
      async provideCompletionItems(model, position, _, token) {
        const list = await connection.ask("textDocument/completion", at(model, position), token);
        return { suggestions: (list?.items ?? []).map((item) => ({
          label: item.label, kind: itemKinds[item.kind] ?? kinds.Text, detail: item.detail, documentation: markdown(item.documentation), filterText: item.filterText, sortText: item.sortText,
          insertText: item.textEdit.newText, range: fromRange(item.textEdit.range),
          insertTextRules: item.insertTextFormat === 2 ? languages.CompletionItemInsertTextRule.InsertAsSnippet : undefined,
        })) };
      },
    }),
    languages.registerHoverProvider(selector, {
      async provideHover(model, position, token) {
        const hover = await connection.ask("textDocument/hover", at(model, position), token);
        return hover && { contents: [markdown(hover.contents)], range: hover.range && fromRange(hover.range) };
      },
    }),
    languages.registerSignatureHelpProvider(selector, {
      signatureHelpTriggerCharacters: ["(", ","],
      async provideSignatureHelp(model, position, token) {
        const help = await connection.ask("textDocument/signatureHelp", at(model, position), token);
        return help && { value: { ...help, signatures: help.signatures.map((s) => ({ ...s, documentation: markdown(s.documentation) })) }, dispose() {} };
      },
    }),
    languages.registerDefinitionProvider(selector, { provideDefinition: async (model, position, token) => locations(await connection.ask("textDocument/definition", at(model, position), token)) }),
    languages.registerReferenceProvider(selector, {
      provideReferences: async (model, position, context, token) => locations(await connection.ask("textDocument/references", { ...at(model, position), context }, token)),
    }),
    languages.registerDocumentHighlightProvider(selector, {
      provideDocumentHighlights: async (model, position, token) => ((await connection.ask("textDocument/documentHighlight", at(model, position), token)) ?? []).map((h) => ({ range: fromRange(h.range), kind: h.kind - 1 })),
    }),
    languages.registerRenameProvider(selector, {
      provideRenameEdits: async (model, position, newName, token) => connection.ask("textDocument/rename", { ...at(model, position), newName }, token).then(workspaceEdit, (error) => ({ edits: [], rejectReason: error.message })),
      async resolveRenameLocation(model, position, token) {
        const place = await connection.ask("textDocument/prepareRename", at(model, position), token);
        return place ? { range: fromRange(place.range), text: place.placeholder } : { range: null, text: "", rejectReason: "no name that can be changed stands here" };
      },
    }),
    languages.registerDocumentFormattingEditProvider(selector, { provideDocumentFormattingEdits: async (model, options, token) => edits(await connection.ask("textDocument/formatting", { textDocument: document(model), options }, token)) }),
    languages.registerDocumentRangeFormattingEditProvider(selector, {
      provideDocumentRangeFormattingEdits: async (model, range, options, token) => edits(await connection.ask("textDocument/rangeFormatting", { textDocument: document(model), range: toRange(range), options }, token)),
    }),
    languages.registerOnTypeFormattingEditProvider(selector, {
      autoFormatTriggerCharacters: ["}", "\n"],
      provideOnTypeFormattingEdits: async (model, position, ch, options, token) => edits(await connection.ask("textDocument/onTypeFormatting", { ...at(model, position), ch, options }, token)),
    }),
    languages.registerCodeActionProvider(selector, {
      async provideCodeActions(model, range, context, token) {
        const actions = (await connection.ask("textDocument/codeAction", { textDocument: document(model), range: toRange(range), context: { diagnostics: [], only: context.only ? [context.only] : undefined } }, token)) ?? [];
        return { actions: actions.map((action) => ({ title: action.title, kind: action.kind, isPreferred: action.isPreferred, edit: workspaceEdit(action.edit), diagnostics: action.diagnostics ? context.markers : undefined })), dispose() {} };
      },
    }),
    languages.registerCodeLensProvider(selector, {
      onDidChange: refreshed.event,
      async provideCodeLenses(model, token) {
        const lenses = (await connection.ask("textDocument/codeLens", { textDocument: document(model) }, token)) ?? [];
        return { lenses: lenses.map((lens) => ({ range: fromRange(lens.range), command: { id: lens.command.command, title: lens.command.title, arguments: lens.command.arguments } })), dispose() {} };
      },
    }),
    languages.registerInlayHintsProvider(selector, {
      async provideInlayHints(model, range, token) {
        const hints = (await connection.ask("textDocument/inlayHint", { textDocument: document(model), range: toRange(range) }, token)) ?? [];
        return { hints: hints.map((hint) => ({ position: { lineNumber: hint.position.line + 1, column: hint.position.character + 1 }, label: hint.label, tooltip: hint.tooltip })), dispose() {} };
      },
    }),
    languages.registerFoldingRangeProvider(selector, {
      provideFoldingRanges: async (model, _, token) => ((await connection.ask("textDocument/foldingRange", { textDocument: document(model) }, token)) ?? []).map((f) => ({ start: f.startLine + 1, end: f.endLine + 1, kind: f.kind ? { value: f.kind } : undefined })),
    }),
    languages.registerSelectionRangeProvider(selector, {
      async provideSelectionRanges(model, positions, token) {
        const found = (await connection.ask("textDocument/selectionRange", { textDocument: document(model), positions: positions.map(toPosition) }, token)) ?? [];
        return found.map((chain) => {
          const out = [];
          for (let step = chain; step; step = step.parent) out.push({ range: fromRange(step.range) });
          return out;
        });
      },
    }),
    languages.registerDocumentSymbolProvider(selector, {
      async provideDocumentSymbols(model, token) {
        const part = (s) => ({ name: s.name, detail: s.detail ?? "", kind: s.kind - 1, tags: [], range: fromRange(s.range), selectionRange: fromRange(s.selectionRange), children: (s.children ?? []).map(part) });
        return ((await connection.ask("textDocument/documentSymbol", { textDocument: document(model) }, token)) ?? []).map(part);
      },
    }),
    languages.registerLinkProvider(selector, {
      provideLinks: async (model, token) => ({ links: ((await connection.ask("textDocument/documentLink", { textDocument: document(model) }, token)) ?? []).map((l) => ({ range: fromRange(l.range), url: l.target, tooltip: l.tooltip })) }),
    }),
    languages.registerDocumentSemanticTokensProvider(selector, {
      getLegend: () => started.capabilities.semanticTokensProvider.legend,
      provideDocumentSemanticTokens: async (model, _, token) => ({ data: new Uint32Array((await connection.ask("textDocument/semanticTokens/full", { textDocument: document(model) }, token))?.data ?? []) }),
      releaseDocumentSemanticTokens() {},
    }),
  ];
  for (const command of started.capabilities.executeCommandProvider.commands)
    given.push(editor.registerCommand(command, (_, ...args) => connection.ask("workspace/executeCommand", { command, arguments: args }).catch((error) => console.warn(error.message))));

  // Keeps the server's text that of a model, from now on until the model goes.
  function open(model) {
    const textDocument = () => ({ ...document(model), version: model.getVersionId() });
    connection.tell("textDocument/didOpen", { textDocument: { ...textDocument(), languageId: selector, text: model.getValue() } });
    const changes = model.onDidChangeContent((event) => connection.tell("textDocument/didChange", {
      textDocument: textDocument(),
      contentChanges: event.changes.map((change) => ({ range: toRange(change.range), text: change.text })), // Monaco gives the last of the text first: each stands in the text before them all
    }));
    model.onWillDispose(() => {
      changes.dispose();
      connection.tell("textDocument/didClose", { textDocument: document(model) });
    });
  }
  return {
    open,
    ask: (method, params) => connection.ask(method, params),
    async close() {
      given.forEach((each) => each.dispose());
      await connection.ask("shutdown", null);
      connection.tell("exit", null);
      socket.close();
    },
  };
}
