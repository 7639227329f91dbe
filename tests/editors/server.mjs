// Stands in for `segue lsp` where only the start of it is tried: answers `initialize` and `shutdown`, and notes the name of each message in $SEGUE_LOG.
import { appendFileSync } from "node:fs";

const note = (text) => appendFileSync(process.env.SEGUE_LOG, text + "\n");
note(`started with ${process.argv.slice(2).join(" ")}`);
const send = (message) => {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  process.stdout.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
};
let buffer = Buffer.alloc(0);
process.stdin.on("data", (data) => {
  buffer = Buffer.concat([buffer, data]);
  for (;;) {
    const end = buffer.indexOf("\r\n\r\n");
    const length = Number(/Content-Length: *(\d+)/i.exec(buffer.subarray(0, Math.max(end, 0)))?.[1] ?? NaN);
    if (end < 0 || buffer.length < end + 4 + length) return;
    const message = JSON.parse(buffer.subarray(end + 4, end + 4 + length));
    buffer = buffer.subarray(end + 4 + length);
    note(message.method + (message.params?.textDocument?.languageId ? ` ${message.params.textDocument.languageId}` : ""));
    if (message.method === "initialize") send({ id: message.id, result: { capabilities: { textDocumentSync: 1 } } });
    else if (message.id !== undefined) send({ id: message.id, result: null });
    if (message.method === "exit") process.exit(0);
  }
});
process.stdin.on("end", () => process.exit(0));
