// Runs Python beside the page, which stays responsive; loads it when it is first asked for.
import { loadPyodide } from "../pyodide/pyodide.mjs";

const here = new URL(".", import.meta.url);
const fetched = self.fetch.bind(self);

// Counts what arrives of each file, Python's own included.
self.fetch = async (...asked) => {
  const response = await fetched(...asked);
  const counted = new TransformStream({
    transform(chunk, controller) {
      self.postMessage({ arrived: chunk.byteLength });
      controller.enqueue(chunk);
    },
  });
  const { status, headers } = response;
  return new Response(response.body.pipeThrough(counted), { status, headers });
};

async function bytes(name) {
  const response = await fetch(new URL(name, here));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.arrayBuffer();
}

async function start() {
  const [pyodide, packages, templates, engine] = await Promise.all([
    loadPyodide({ indexURL: new URL("../pyodide/", here).href }),
    bytes("packages.zip"),
    bytes("../templates.zip"),
    bytes("engine.py"),
  ]);
  self.postMessage({ loaded: true });
  const folder = pyodide.runPython("import site; site.getsitepackages()[0]");
  pyodide.unpackArchive(packages, "zip", { extractDir: folder });
  pyodide.unpackArchive(templates, "zip", { extractDir: "/" });
  pyodide.FS.writeFile(`${folder}/engine.py`, new Uint8Array(engine));
  return pyodide.pyimport("engine");
}

// Python's own loader waits for ever for what it can't fetch.
self.addEventListener("unhandledrejection", ({ reason }) => self.postMessage({ failed: String(reason) }));

const started = start();
started.then(
  () => self.postMessage({ ready: true }),
  (error) => self.postMessage({ failed: String(error) }),
);

self.addEventListener("message", async ({ data: { id, call, given } }) => {
  try {
    const engine = await started;
    const result = engine[call](...given);
    self.postMessage({ id, result: result.toJs?.() ?? result });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
});
