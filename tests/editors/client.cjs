// The client of the VS Code extension with the package that it uses, against a stand-in for the editor and one for the server:
// node client.cjs FOLDER-OF-THE-EXTENSION SERVER LOG. The stand-in for the editor knows what is looked at; the rest answers with itself.
"use strict";
const Module = require("node:module");
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

const [folder, server, log] = process.argv.slice(2);

function anything(name) {
  const target = function () {};
  return new Proxy(target, {
    get(t, key) {
      if (key === "then") return undefined;
      if (key === Symbol.toPrimitive) return () => name;
      if (key === Symbol.iterator) return function* () {};
      if (!(key in t)) t[key] = anything(`${name}.${String(key)}`);
      return t[key];
    },
    apply: () => anything(`${name}()`),
    construct: (t, a, made) => Object.create(made.prototype),
  });
}

class EventEmitter {
  constructor() {
    this.listeners = [];
    this.event = (listener, self) => {
      this.listeners.push(listener.bind(self));
      return { dispose() {} };
    };
  }
  fire(what) { this.listeners.forEach((listener) => listener(what)); }
  dispose() {}
}
const settings = { path: server, state: "" };
const changed = new EventEmitter();
const commands = {};
const providers = {};
const said = [];
const vscode = anything("vscode");
Object.assign(vscode, { version: "1.90.0", EventEmitter, Disposable: class { constructor(f) { this.f = f; } dispose() { this.f?.(); } static from() { return new this(); } } });
Object.assign(vscode.workspace, {
  textDocuments: [],
  notebookDocuments: [],
  workspaceFolders: [{ uri: { fsPath: folder, scheme: "file", toString: () => `file://${folder}` }, name: "x", index: 0 }],
  getConfiguration: (section) => ({ get: (key) => (section === "segue" ? settings : {})[key], ...(section === "segue" ? settings : {}) }),
  onDidChangeConfiguration: changed.event,
});
vscode.commands.registerCommand = (name, run) => {
  commands[name] = run;
  return { dispose() {} };
};
vscode.tasks.registerTaskProvider = (type, provider) => {
  providers[type] = provider;
  return { dispose() {} };
};
vscode.ProcessExecution = class { constructor(process, args, options) { Object.assign(this, { process, args, options }); } };
vscode.Task = class { constructor(definition, scope, name, source, execution, matchers) { Object.assign(this, { definition, scope, name, source, execution, matchers }); } };
vscode.window.showErrorMessage = async (text) => { said.push(text); };
vscode.window.createOutputChannel = () => ({ append() {}, appendLine() {}, show() {}, clear() {}, dispose() {} });
vscode.env.appName = "test";
vscode.env.language = "en";

const load = Module._load;
Module._load = (request, ...rest) => (request === "vscode" ? vscode : load(request, ...rest));

const wrong = [];
const expect = (truth, what) => { if (!truth) wrong.push(what); };
const lines = () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
const until = async (pattern, times = 1) => {
  for (let i = 0; i < 100 && lines().filter((line) => pattern.test(line)).length < times; ++i) await new Promise((go) => setTimeout(go, 50));
  expect(lines().filter((line) => pattern.test(line)).length >= times, `${pattern} came ${times} times:\n${lines().join("\n")}`);
};

(async () => {
  const extension = require(join(folder, "client.js"));
  await extension.activate({ subscriptions: [] });
  await until(/^initialized/);
  if (wrong.length > 0) throw new Error(wrong.join("\n")); // nothing else can be right
  expect(lines()[0] === "started with lsp", `the server was started with its command, not: ${lines()[0]}`);
  await commands["segue.restart"]();
  await until(/^initialized/, 2);
  await until(/^shutdown/);
  settings.path = "/nowhere/segue";
  changed.fire({ affectsConfiguration: (section) => section === "segue.path" || section === "segue" });
  const told = () => said.some((text) => text.includes("/nowhere/segue lsp") && text.includes("segue.path"));
  for (let i = 0; i < 100 && !told(); ++i) await new Promise((go) => setTimeout(go, 50));
  expect(told(), `a tool that is not there is told of: ${said.join("; ")}`);

  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const { command } of manifest.contributes.commands) expect(commands[command], `the command ${command} is there`);
  for (const { type, properties } of manifest.contributes.taskDefinitions) {
    const made = providers[type].provideTasks();
    expect(made.map((task) => task.name).join() === properties.command.enum.join(), "there is a task for each command");
    expect(made.every((task) => task.matchers === "$segue" && task.execution.args.join(" ") === `${task.name} . --format concise`), "tasks run the tool, and their lines become problems");
    const resolved = providers[type].resolveTask({ definition: { type, command: "check", paths: ["flows"], arguments: ["--deny", "warnings"] } });
    expect(resolved.execution.args.join(" ") === "check flows --format concise --deny warnings", "a task of tasks.json says what it runs");
  }
  await extension.deactivate();
  console.log(wrong.length > 0 ? wrong.join("\n") : "the client starts, restarts and stops the server; its tasks are right");
  process.exit(wrong.length > 0 ? 1 : 0);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
