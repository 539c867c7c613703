// Python for one page, in a thread of its own, so that the page never waits for a cell.
import { loadPyodide } from "./pyodide.mjs";

const HERE = new URL("./", import.meta.url);
const HOME = "/course";
const say = (kind, content) => self.postMessage({ kind, content });

async function file(name) {
  const answer = await fetch(new URL(name, HERE));
  if (!answer.ok) throw new Error(`${name} is missing on the host (${answer.status})`);
  return answer.arrayBuffer();
}

// Python would wait without a word where a host's policy forbids WebAssembly.
async function look() {
  try { await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)); } catch {
    throw new Error("this browser, or the content policy of the web host ('wasm-unsafe-eval' is missing), allows no WebAssembly");
  }
}

async function start() {
  await look();
  const [python, packages, course, tables] = await Promise.all([
    loadPyodide({ indexURL: HERE.href }),
    file("packages.zip"), file("course.zip"),
    // A course may have no tables.
    file("../data-package.zip").catch(() => undefined)]);
  for (const archive of [packages, course]) python.unpackArchive(archive, "zip", { extractDir: "/packages" });
  // A cell looks for its tables from here upward.
  if (tables) python.unpackArchive(tables, "zip", { extractDir: HOME });
  python.globals.set("say", say);
  return python.runPython(`
import os, sys
sys.path.insert(0, "/packages")
os.makedirs("${HOME}", exist_ok=True)
os.chdir("${HOME}")
from sourcebook.live.cells import Cells
Cells(say)`);
}

const cells = start();
cells.then(() => say("ready"), (error) => say("broken", error.message));
self.addEventListener("message", async ({ data: { source, name } }) => {
  let done;
  try { done = (await cells).run(source, name); } catch { return; }
  say("done", done);
});
