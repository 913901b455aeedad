// Two files side by side, with a mark at each line that the other has not. The address says which.
const form = document.querySelector("#choice");
const at = (id) => document.getElementById(id);
const SIDES = ["left", "right"];
const files = new Map();

async function filesOf(template) {
  if (!files.has(template)) {
    const asked = fetch(new URL(`${template}.json`, import.meta.url)).then((answer) => answer.json());
    files.set(template, asked);
  }
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

async function show() {
  const chosen = Object.fromEntries(new FormData(form));
  history.replaceState(null, "", `?${new URLSearchParams(chosen)}`);
  const found = await Promise.all(SIDES.map(async (side) => (await filesOf(chosen[side]))[chosen.subject]));
  const lines = found.map(({ html }) => html.split("\n"));
  const shared = common(...lines);
  for (const [index, side] of SIDES.entries()) {
    const marked = lines[index].map((line, number) => {
      const differs = line && !shared[index].has(number);
      return `<span class="${differs ? "line differs" : "line"}">${line || " "}</span>`;
    });
    at(`of-${side}`).textContent = at(side).selectedOptions[0].text;
    at(`path-${side}`).textContent = found[index].path;
    at(`code-${side}`).innerHTML = marked.join("");
    at(`make-${side}`).href = `make.html?template=${chosen[side]}`;
    at(`make-${side}`).textContent = `Make it with ${at(side).selectedOptions[0].text}`;
  }
  const differing = lines[1].filter((line, number) => line && !shared[1].has(number)).length;
  at("status").textContent = differing
    ? `A line beside these lines is not in the other file: ${differing} of ${lines[1].length} on the right.`
    : "Both are the same.";
}

for (const [name, value] of new URLSearchParams(location.search)) {
  const field = form.elements.namedItem(name);
  if (field && [...field.options].some((option) => option.value === value)) field.value = value;
}
form.addEventListener("change", show);
form.addEventListener("submit", (event) => event.preventDefault());
show();
