// The questions, and what comes of the answers: the command, the files, the zip. The address holds
// all answers, so that it can be passed on.
import { Engine } from "./engine.js";

const form = document.querySelector("#answers");
const at = (id) => document.getElementById(id);
const status = (text) => { at("status").textContent = text; };
let engine;
let shown = "README.md";

function answers() {
  const { template, ...given } = Object.fromEntries(new FormData(form));
  // As on the command line, where Enter takes what is offered.
  const own = Object.entries(given).filter(([name, answer]) => answer && answer !== offered(name));
  return [template, Object.fromEntries(own)];
}

const offered = (name) => form.querySelector(`fieldset:not([disabled]) [name="${name}"]`)?.value;

// As a shell takes it for one word.
const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`);

function command(template, given) {
  const source = new URL("../templates.zip", import.meta.url).href;
  const words = ["uvx", "cookiecutter", source, "--directory", `templates/${template}`, "--no-input"];
  return [...words, ...Object.entries(given).map((answer) => answer.join("="))].map(quoted).join(" ");
}

function read() {
  for (const [name, answer] of new URLSearchParams(location.search)) {
    const field = form.elements.namedItem(name);
    // A link may say anything: what can't be chosen is not.
    if (!field || (field.options && ![...field.options].some((each) => each.value === answer))) continue;
    field.value = answer;
  }
}

function follow() {
  const { value } = form.elements.template;
  for (const part of form.querySelectorAll("[data-of]")) {
    const applies = part.dataset.of.split(" ").includes(value);
    part.hidden = !applies;
    if (part.tagName === "FIELDSET") part.disabled = !applies;
  }
  const [template, given] = answers();
  history.replaceState(null, "", `?${new URLSearchParams({ template, ...given })}`);
  at("command").textContent = command(template, given);
  return [template, given];
}

function tell(problem) {
  const [, name] = problem.match(/^(\w+) /) ?? [];
  for (const place of form.querySelectorAll(".problem")) place.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  if (!problem) return;
  const place = at(`of-${name}`) ?? at("problem");
  place.textContent = problem;
  form.elements.namedItem(name)?.setAttribute("aria-invalid", "true");
}

async function make() {
  if (!engine) load();
  const [template, given] = follow();
  const made = await engine.latest("generate", template, JSON.stringify(given));
  if (!made) return;
  const { problem = "", slug, files, said } = JSON.parse(made);
  tell(problem);
  at("project").hidden = Boolean(problem);
  if (problem) return status("This is not allowed yet: see beside the answers.");
  if (!given.project_slug) form.elements.project_slug.placeholder = slug;
  at("said").textContent = said.trim();
  draw(slug, files);
  at("project").inert = false;
  const zip = await engine.latest("archive");
  if (!zip) return;
  URL.revokeObjectURL(at("download").href);
  at("download").href = URL.createObjectURL(new Blob([zip], { type: "application/zip" }));
  at("download").download = `${slug}.zip`;
  at("download").hidden = false;
  status(`${files.length} files, ${Math.round(zip.byteLength / 1024)} KiB as zip.`);
}

function load() {
  const total = Number(form.dataset.bytes);
  at("show").hidden = at("size").hidden = true;
  at("progress").hidden = false;
  engine = new Engine({
    arrived(bytes) {
      at("progress").value = bytes;
      status(`Python is loaded: ${Math.round((100 * bytes) / total)} %`);
    },
    loaded() {
      at("progress").removeAttribute("value");
      status("Python starts …");
    },
    ready() {
      at("progress").hidden = true;
    },
    failed(message, is_over) {
      at("progress").hidden = at("download").hidden = at("project").hidden = true;
      if (is_over) {
        engine = undefined;
        at("show").hidden = false;
      }
      status(`This does not work here: ${message}. The command above does the same.`);
    },
  });
}

function draw(slug, files) {
  const open = new Set([...at("tree").querySelectorAll("details[open]")].map((each) => each.dataset.path));
  const root = new Map();
  for (const file of files) {
    let folder = root;
    const [name, ...folders] = file.split("/").slice(1).reverse();
    for (const each of folders.reverse()) {
      if (!folder.has(each)) folder.set(each, new Map());
      folder = folder.get(each);
    }
    folder.set(name, file);
  }
  at("tree").replaceChildren(list(root, "", open));
  const path = `${slug}/${shown}`;
  show(files.includes(path) ? path : `${slug}/README.md`);
}

function list(folder, within, open) {
  const items = document.createElement("ul");
  const isFile = ([, content]) => typeof content === "string";
  const sorted = [...folder].sort((a, b) => isFile(a) - isFile(b) || (a[0] < b[0] ? -1 : 1));
  for (const [name, content] of sorted) {
    const item = items.appendChild(document.createElement("li"));
    if (typeof content === "string") {
      const button = item.appendChild(document.createElement("button"));
      Object.assign(button, { type: "button", textContent: name });
      button.dataset.path = content;
      button.addEventListener("click", () => show(content));
    } else {
      const path = `${within}/${name}`;
      const details = item.appendChild(document.createElement("details"));
      details.dataset.path = path;
      details.open = open.has(path);
      details.appendChild(document.createElement("summary")).textContent = name;
      details.appendChild(list(content, path, open));
    }
  }
  return items;
}

async function show(path) {
  shown = path.slice(path.indexOf("/") + 1);
  for (const button of at("tree").querySelectorAll("button")) {
    button.toggleAttribute("aria-current", button.dataset.path === path);
  }
  const content = await engine.ask("show", path);
  at("path").textContent = shown;
  at("text").innerHTML = content || "This file is no text.";
}

let waiting;
form.addEventListener("input", () => {
  follow();
  clearTimeout(waiting);
  // What is there is not what was asked for any more.
  at("download").hidden = true;
  at("project").inert = true;
  if (engine) waiting = setTimeout(make, 250);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  make();
});
at("show").addEventListener("click", make);
at("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(at("command").textContent);
  status("The command is copied.");
});
read();
follow();
