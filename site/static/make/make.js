// The questions, and what comes of the answers: the command, the files, the zip. The address holds
// all answers, so that it can be passed on.
import { Engine } from "./engine.js";

const form = document.querySelector("#answers");
const at = (id) => document.getElementById(id);
const status = (text) => { at("status").textContent = text; };
// After which who types is taken to have finished, in milliseconds.
const PAUSE = 600;
// What no project takes: control characters, and what turns the direction of a text.
const REFUSED = /(?!\s)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
let engine;
let shown = "README.md";
// How often answers have changed.
let changes = 0;
let waiting;
let isWorking = false;
let hasFailed = false;

function answers() {
  const { template, ...given } = Object.fromEntries(new FormData(form));
  // As on the command line, where Enter takes what is offered.
  const own = Object.entries(given).filter(([name, answer]) => answer && answer !== offered(name));
  return [template, Object.fromEntries(own)];
}

const offered = (name) => form.querySelector(`fieldset:not([disabled]) [name="${name}"]`)?.value;

function words(template, given) {
  const source = new URL("../templates.zip", import.meta.url).href;
  const first = ["uvx", "cookiecutter", source, "--directory", `templates/${template}`, "--no-input"];
  return [...first, ...Object.entries(given).map((answer) => answer.join("="))];
}

// Whether all shells take it for one word in double quotes: some read “ as they do ".
const isForAll = (word) => !/[\\"$`!%“”„]/.test(word);

function quoted(word) {
  if (/^[\w@+=:./-]+$/.test(word)) return word;
  return isForAll(word) ? `"${word}"` : `'${word.replaceAll("'", `'"'"'`)}'`;
}

function offer(command) {
  const isRefused = command.some((word) => REFUSED.test(word));
  at("offered").hidden = isRefused;
  at("command").textContent = isRefused ? "" : command.map(quoted).join(" ");
  at("shells").textContent = isRefused
    ? "There is none: an answer has characters that can't be seen, which no project takes."
    : command.every(isForAll)
      ? "It can be pasted into bash, zsh, fish, PowerShell and cmd."
      : "It can be pasted into bash and zsh. It has one of \\ \" $ ` ! % in it, which other shells read otherwise: make the zip here.";
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
  offer(words(template, given));
}

// Each answer that is not allowed is told beside it, in a line that begins with its name.
function tell(problems) {
  for (const place of form.querySelectorAll(".problem")) place.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const problem of problems) {
    const [name] = problem.split(" ", 1);
    (at(`of-${name}`) ?? at("problem")).textContent = problem;
    form.elements.namedItem(name)?.setAttribute("aria-invalid", "true");
  }
}

async function make() {
  clearTimeout(waiting);
  // One after the other: of what is typed meanwhile, only the last is made.
  if (isWorking) {
    waiting = setTimeout(make, PAUSE);
    return;
  }
  isWorking = true;
  if (!engine) await load();
  await generate();
  isWorking = false;
}

async function generate() {
  const begun = changes;
  const [template, given] = answers();
  const made = JSON.parse(await engine.ask("generate", template, JSON.stringify(given)));
  if (begun !== changes) return;
  const { problems = [], slug, files, said } = made;
  tell(problems);
  at("project").hidden = problems.length > 0;
  if (problems.length) {
    status(`Answers that are not allowed yet, as is said beside: ${problems.length}.`);
    return;
  }
  if (!given.project_slug) form.elements.project_slug.placeholder = slug;
  at("said").textContent = said.trim();
  draw(slug, files);
  at("project").inert = false;
  const zip = await engine.ask("archive");
  if (begun !== changes) return;
  URL.revokeObjectURL(at("download").href);
  at("download").href = URL.createObjectURL(new Blob([zip], { type: "application/zip" }));
  at("download").download = `${slug}.zip`;
  at("download").hidden = false;
  status(`${files.length} files, ${Math.round(zip.byteLength / 1024)} KiB as zip.`);
}

// Done when Python is there; never, where that fails.
function load() {
  hasFailed = false;
  at("show").hidden = at("size").hidden = true;
  at("progress").value = 0;
  at("progress").hidden = false;
  status("Python is loaded into the page …");
  return new Promise((resolve) => {
    engine = new Engine({
      arrived(bytes) {
        at("progress").value = bytes;
      },
      loaded() {
        at("progress").removeAttribute("value");
        status("Python starts …");
      },
      ready() {
        at("progress").hidden = true;
        resolve();
      },
      failed(message, isOver) {
        at("progress").hidden = at("download").hidden = at("project").hidden = true;
        isWorking = false;
        if (isOver) {
          hasFailed = true;
          engine = undefined;
          at("show").hidden = false;
        }
        status(`This does not work here: ${message}. The command does the same.`);
      },
    });
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

form.addEventListener("input", () => {
  follow();
  changes += 1;
  clearTimeout(waiting);
  // What is there is not what was asked for any more.
  at("download").hidden = true;
  at("project").inert = true;
  // So that what is wrong is told soon; where Python can't be loaded, a button asks for it again.
  if (!hasFailed) waiting = setTimeout(make, PAUSE);
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
