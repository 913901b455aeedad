// Two files side by side, with a mark at each line that the other has not. The address says which.
import { json, load } from "../loading.js";

const form = document.querySelector("#choice");
const at = (id) => document.getElementById(id);
const SIDES = ["left", "right"];
const files = new Map();
const titleOf = (side) => at(side).selectedOptions[0].text;

async function filesOf(template) {
  if (!files.has(template)) files.set(template, await json(new URL(`${template}.json`, import.meta.url)));
  return files.get(template);
}

// For each of two lists of lines, which of its lines are in the longest list that both contain.
function common(left, right) {
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let l = left.length - 1; l >= 0; l--) {
    for (let r = right.length - 1; r >= 0; r--) {
      lengths[l][r] = left[l] === right[r]
        ? lengths[l + 1][r + 1] + 1
        : Math.max(lengths[l + 1][r], lengths[l][r + 1]);
    }
  }
  const both = [new Set(), new Set()];
  for (let l = 0, r = 0; l < left.length && r < right.length;) {
    if (left[l] === right[r]) {
      both[0].add(l++);
      both[1].add(r++);
    } else if (lengths[l + 1][r] >= lengths[l][r + 1]) l++;
    else r++;
  }
  return both;
}

function show() {
  const chosen = Object.fromEntries(new FormData(form));
  history.replaceState(null, "", `?${new URLSearchParams(chosen)}`);
  load(() => Promise.all(SIDES.map((side) => filesOf(chosen[side]))), (both) => draw(chosen, both));
}

function draw(chosen, both) {
  const found = both.map((each) => each[chosen.subject]);
  const lines = found.map(({ html }) => html.split("\n"));
  const shared = common(...lines);
  for (const [index, side] of SIDES.entries()) {
    const marked = lines[index].map((line, number) => {
      const differs = line && !shared[index].has(number);
      return `<span class="${differs ? "line differs" : "line"}">${line || " "}</span>`;
    });
    at(`of-${side}`).textContent = titleOf(side);
    at(`path-${side}`).textContent = found[index].path;
    at(`code-${side}`).innerHTML = marked.join("");
    at(`make-${side}`).href = `make.html?template=${chosen[side]}`;
    at(`make-${side}`).textContent = `Make it with ${titleOf(side)}`;
  }
  at("sides").hidden = false;
  const counts = SIDES.map((side, index) =>
    `${at(`code-${side}`).querySelectorAll(".differs").length} of ${lines[index].length} in ${titleOf(side)}`);
  at("status").textContent = found[0].html === found[1].html
    ? "Both are the same."
    : `Lines that are marked are not in the other file: ${counts.join(", ")}.`;
}

const given = new URLSearchParams(location.search);
for (const [name, value] of given) {
  const field = form.elements.namedItem(name);
  if (field && [...field.options].some((option) => option.value === value)) field.value = value;
}
// A link may name one side only.
const { left, right } = form.elements;
if (left.value === right.value && !given.has("right")) right.selectedIndex = left.selectedIndex ? 0 : 1;
form.addEventListener("change", show);
form.addEventListener("submit", (event) => event.preventDefault());
show();
