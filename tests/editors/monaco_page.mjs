// The page of editors/monaco in a real Chromium, with `segue lsp` behind it: node monaco_page.mjs ROOT SEGUE MODULES [--broken | --picture FILE]. A script is
// written as a person does it: what is wrong is underlined, mended by a key, completed, renamed over two files. With --broken a server that answers nothing
// stands behind it, and the page has to miss it. With --picture a picture of the completion is kept.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [root, segue, modules, flag, picture] = process.argv.slice(2);
const { chromium } = createRequire(join(modules, "/"))("playwright-core");
const folder = mkdtempSync(join(tmpdir(), "segue-page-"));
const broken = flag === "--broken";
let tool = segue;
if (broken) {
  tool = join(folder, "segue");
  writeFileSync(tool, `#!/bin/sh\nexec '${process.execPath}' '${join(here, "server.mjs")}' "$@"\n`);
  chmodSync(tool, 0o755);
}
writeFileSync(join(folder, "shared.flow"), "define fond = listen >= 3\n");
writeFileSync(join(folder, "a.flow"), 'use "./shared.flow"\non presav when not sms => prompt sms\non listen when fond => tag vip\n');

const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!browserPath) {
  console.log("chromium is not here: script/setup-tests installs it");
  process.exit(1);
}
const server = spawn(process.execPath, [join(root, "editors/monaco/serve.mjs"), folder, "--segue", tool, "--port", "0", "--modules", modules], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, SEGUE_LOG: join(folder, "log"), HOME: folder, XDG_CACHE_HOME: "" } });
const address = await new Promise((done, failed) => (server.stdout.on("data", (data) => done(/http:\S+/.exec(String(data))[0])), server.on("exit", () => failed(new Error("the bridge has ended")))));
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const end = async (code, said) => {
  console.log(`monaco: ${said}`);
  await browser.close();
  server.kill();
  rmSync(folder, { recursive: true, force: true });
  process.exit((code === 0) === !broken ? 0 : 1);
};
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: 420 } });
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  await page.goto(address);
  const wait = (what, good, argument) => page.waitForFunction(good, argument, { timeout: broken ? 3_000 : 30_000 }).catch(() => Promise.reject(new Error(`in time: ${what}`)));
  const text = () => page.evaluate(() => window.segue.editor.getModel().getValue());
  const at = (lineNumber, column) => page.evaluate((place) => (window.segue.editor.setPosition(place), window.segue.editor.focus()), { lineNumber, column });
  await wait("the page is there", () => window.segue);
  await wait("what is wrong is underlined", () => window.segue.monaco.editor.getModelMarkers({}).some((m) => m.startLineNumber === 2 && m.message.includes("no event named `presav`")));
  // mended by a key
  await at(2, 6);
  await page.keyboard.press("Control+.");
  await page.getByText("Mend: `presave` for `presav`").waitFor({ timeout: 10_000 });
  await page.keyboard.press("Enter");
  await wait("the mend is made", () => window.segue.editor.getModel().getLineContent(2) === "on presave when not sms => prompt sms");
  await wait("and nothing is wrong any more", () => !window.segue.monaco.editor.getModelMarkers({}).some((m) => m.severity === 8));
  // completed
  await at(4, 1);
  await page.keyboard.type("on save => pro", { delay: 40 });
  await page.locator(".suggest-widget.visible").waitFor({ timeout: 10_000 });
  if (flag === "--picture") await page.waitForTimeout(600), await page.screenshot({ path: picture });
  await page.keyboard.press("Enter");
  await wait("the template is filled in", () => window.segue.editor.getModel().getLineContent(4) === "on save => prompt follow");
  await page.keyboard.press("Escape");
  // another name, in both files
  await at(3, 17);
  await page.keyboard.press("F2");
  await page.locator(".rename-box input").waitFor({ timeout: 10_000 });
  await page.locator(".rename-box input").fill("devoted");
  await page.locator(".rename-box input").press("Enter");
  await wait("the name is another in both files", () => window.segue.monaco.editor.getModels().every((m) => m.getValue().includes("devoted") && !m.getValue().includes("fond")));
  // where it is declared
  await at(3, 17);
  await page.keyboard.press("F12");
  await wait("its declaration is shown", () => window.segue.editor.getModel().uri.path.endsWith("/shared.flow"));
  if (wrong.length > 0) throw new Error(`the page had errors: ${wrong.join("; ")}`);
  await end(0, `all as it should be: ${JSON.stringify(await text())}`);
} catch (error) {
  await end(1, error.message);
}
