// Cookiecutter in a worker: asks it, one thing after the other.
export class Engine {
  #worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  #asked = new Map();
  #count = 0;
  #arrived = 0;
  #told;

  // told: what to call while it is loaded, and where it fails: for good, or in what it was asked last.
  constructor(told) {
    this.#told = told;
    this.#worker.addEventListener("error", (event) => this.#end(event.message || "Python is not there"));
    this.#worker.addEventListener("message", ({ data }) => {
      if (data.arrived) told.arrived((this.#arrived += data.arrived));
      else if (data.loaded) told.loaded();
      else if (data.ready) told.ready();
      else if (data.failed) this.#end(data.failed);
      else this.#answer(data);
    });
  }

  // Nothing that arrives later is told.
  #end(message) {
    this.#worker.terminate();
    this.#told.failed(message, true);
  }

  #answer({ id, result, error }) {
    const resolve = this.#asked.get(id);
    this.#asked.delete(id);
    if (error) this.#told.failed(error, false);
    else resolve(result);
  }

  ask(call, ...given) {
    const id = ++this.#count;
    this.#worker.postMessage({ id, call, given });
    return new Promise((resolve) => this.#asked.set(id, resolve));
  }
}
