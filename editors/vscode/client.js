// The client of `segue lsp`, and tasks that run the tool. What the server can is in the tool; nothing of it is here.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

const tool = (scope) => vscode.workspace.getConfiguration("segue", scope).get("path") || "segue";

function makeClient() {
  const command = tool();
  const server = { command, args: ["lsp"] };
  return new LanguageClient("segue", "Segue", { run: server, debug: server }, {
    documentSelector: [{ language: "segue", scheme: "file" }, { language: "segue", scheme: "untitled" }],
    synchronize: { configurationSection: "segue" },
    initializationOptions: { templates: false, state: vscode.workspace.getConfiguration("segue").get("state") || undefined },
  });
}

async function start() {
  client = makeClient();
  try {
    await client.start();
  } catch (error) {
    const answer = await vscode.window.showErrorMessage(
      `The language server \`${tool()} lsp\` does not start: ${error.message}. Install Segue, or say in the setting segue.path where it is.`, "Open the setting");
    if (answer) await vscode.commands.executeCommand("workbench.action.openSettings", "segue.path");
  }
}

async function stop() {
  const old = client;
  client = undefined;
  if (old) await old.stop().catch(() => {}); // it may never have started
}

function taskOf(definition, folder) {
  const { command, paths = ["."], arguments: more = [] } = definition;
  const run = new vscode.ProcessExecution(tool(folder), [command, ...paths, "--format", "concise", ...more], { cwd: folder.uri.fsPath });
  const task = new vscode.Task(definition, folder, command, "segue", run, "$segue");
  task.group = command === "test" ? vscode.TaskGroup.Test : vscode.TaskGroup.Build;
  return task;
}

const tasks = {
  provideTasks() {
    return (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => ["check", "test"].map((command) => taskOf({ type: "segue", command }, folder)));
  },
  resolveTask(task) {
    const folder = typeof task.scope === "object" ? task.scope : vscode.workspace.workspaceFolders?.[0];
    return folder && task.definition.command ? taskOf(task.definition, folder) : undefined;
  },
};

async function activate(context) {
  context.subscriptions.push(
    vscode.tasks.registerTaskProvider("segue", tasks),
    vscode.commands.registerCommand("segue.restart", async () => {
      await stop();
      await start();
    }),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (!change.affectsConfiguration("segue.path")) return;
      await stop();
      await start();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
