// A page with Monaco, and `segue lsp` behind it: node serve.mjs FOLDER [--segue PATH] [--port N]. For this machine only: it listens on the loopback.
// Needs the npm packages monaco-editor and ws: `npm ci` in this folder.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const usage = "usage: node serve.mjs FOLDER [--segue PATH] [--port N] [--modules FOLDER]";
let options;
try {
  options = parseArgs({ allowPositionals: true, options: { segue: { type: "string", default: "segue" }, port: { type: "string", default: "8600" }, modules: { type: "string", default: join(here, "node_modules") } } });
} catch (error) {
  console.error(`${error.message}\n${usage}`);
  process.exit(2);
}
const { values, positionals } = options;
if (positionals.length !== 1 || !existsSync(positionals[0])) {
  console.error(positionals.length === 1 ? `there is no folder ${positionals[0]}` : usage);
  process.exit(2);
}
const folder = realpathSync(positionals[0]);
const modules = resolve(values.modules);
const monaco = join(modules, "monaco-editor/min");
if (!existsSync(join(monaco, "vs/loader.js")) || !existsSync(join(modules, "ws"))) {
  console.error(`monaco-editor and ws are not in ${modules}: \`npm ci\` in ${here} brings them`);
  process.exit(2);
}
const { WebSocketServer } = createRequire(join(modules, "/"))("ws");

const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json", ".ttf": "font/ttf", ".map": "application/json" };
const inside = (path, root) => path === root || path.startsWith(root + sep);
const scripts = (at) => readdirSync(at, { withFileTypes: true }).flatMap((entry) =>
  entry.name.startsWith(".") ? [] : entry.isDirectory() ? scripts(join(at, entry.name)) : entry.name.endsWith(".flow") ? [join(at, entry.name)] : []).sort();

function answer(request, response) {
  const url = new URL(request.url, "http://localhost");
  const send = (path) => {
    if (!existsSync(path) || !statSync(path).isFile()) return void response.writeHead(404).end("not here");
    response.writeHead(200, { "content-type": `${types[extname(path)] ?? "text/plain"}; charset=utf-8` }).end(readFileSync(path));
  };
  if (url.pathname === "/") return send(join(here, "page.html"));
  if (["/page.js", "/client.js", "/segue.js"].includes(url.pathname)) return send(join(here, url.pathname));
  if (url.pathname.startsWith("/monaco/")) {
    const path = resolve(monaco, "." + url.pathname.slice("/monaco".length));
    return inside(path, monaco) ? send(path) : void response.writeHead(404).end();
  }
  if (url.pathname === "/files")
    return void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ rootUri: pathToFileURL(folder).href, files: scripts(folder).map((path) => ({ name: relative(folder, path), uri: pathToFileURL(path).href })) }));
  if (url.pathname === "/file") { // a script of the folder, or of the copies of the library
    try {
      const path = realpathSync(fileURLToPath(url.searchParams.get("uri")));
      if (path.endsWith(".flow") && (inside(path, folder) || path.includes(`${sep}segue${sep}`))) return send(path);
    } catch {} // no such file
  }
  response.writeHead(404).end("not here");
}

const http = createServer(answer);
// One server for each page. A message of the page is one frame; behind it stands the header that the protocol wants.
new WebSocketServer({ server: http, path: "/lsp", verifyClient: ({ origin }) => !origin || ["localhost", "127.0.0.1"].includes(new URL(origin).hostname) }).on("connection", (socket) => {
  const child = spawn(values.segue, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  child.on("error", (error) => (console.error(`${values.segue} lsp does not start: ${error.message}; say with --segue where it is`), socket.close()));
  child.on("exit", () => socket.close());
  socket.on("message", (data) => child.stdin.write(`Content-Length: ${data.length}\r\n\r\n${data}`));
  socket.on("close", () => child.stdin.end());
  let held = Buffer.alloc(0);
  child.stdout.on("data", (part) => {
    held = Buffer.concat([held, part]);
    for (;;) {
      const end = held.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: *(\d+)/i.exec(held.subarray(0, Math.max(end, 0)))?.[1] ?? NaN);
      if (end < 0 || !(held.length >= end + 4 + length)) return;
      socket.send(held.subarray(end + 4, end + 4 + length).toString());
      held = held.subarray(end + 4 + length);
    }
  });
});
http.on("error", (error) => (console.error(`cannot listen on port ${values.port}: ${error.message}`), process.exit(2)));
http.listen(Number(values.port), "127.0.0.1", () => console.log(`http://localhost:${http.address().port}/ shows the scripts of ${folder}; Ctrl-C ends it`));
