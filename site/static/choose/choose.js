// Ranks the templates: a weight for each criterion, and for each template what was measured, as a
// share of the best, and what its tests show. The address holds the answers and the weights.
import { json, load } from "../loading.js";

const form = document.querySelector("#choice");
const at = (id) => document.getElementById(id);
const MOST = 5;
let data;

const ranges = () => [...form.querySelectorAll("input[type=range]")];
const nameOf = (range) => range.name.replace("weight-", "");
const known = () => (form.elements.team.value === "hug" ? data.hug : form.elements.team.value);

// What the answers weigh together.
function asked() {
  const weights = { team: form.elements.team.value ? 3 : 0 };
  for (const [name, question] of Object.entries(data.questions)) {
    const { weights: given } = question.answers[form.elements[name].value];
    for (const [criterion, weight] of Object.entries(given)) {
      weights[criterion] = Math.min(MOST, (weights[criterion] ?? 0) + weight);
    }
  }
  return weights;
}

const better = (row, a, b) => (row.better === "more" ? a > b : a < b);

function best(row) {
  return Object.keys(row.templates).reduce((one, other) =>
    better(row, row.templates[other].median, row.templates[one].median) ? other : one);
}

// What a template has of the best of a row: all of it where they do not differ for sure.
function share(row, template) {
  const ratio = row.of_best[template];
  if (!ratio) return 0;
  if (ratio.low <= 1 && 1 <= ratio.high) return 1;
  return row.better === "more" ? ratio.median : 1 / ratio.median;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function value(criterion, template) {
  if (criterion === "team") return Number(template === known());
  const { rows = [], features = [] } = data.criteria[criterion];
  return mean([
    ...rows.map((row) => share(data.rows[row], template)),
    ...features.map((feature) => Number(template in data.features[feature].shown)),
  ]);
}

const number = (amount) => amount.toLocaleString("en", { maximumSignificantDigits: amount < 100 ? 2 : 3 });

function measured(name, template) {
  const row = data.rows[name];
  const own = row.templates[template];
  if (!own) return `${row.name}: none`;
  const top = best(row);
  const part = share(row, template);
  const beside = top === template
    ? "the best"
    : part === 1
      ? `no difference to the best, ${data.titles[top]}`
      : `${Math.round(100 * part)} % of the best, ${data.titles[top]}`;
  return `${row.name}: ${number(own.median)} ${row.unit}, ${beside}`;
}

function reasons(criterion, template) {
  if (criterion === "team") return template === known() ? [["Your team knows it"]] : [];
  const { rows = [], features = [] } = data.criteria[criterion];
  return [
    ...rows.filter((row) => data.rows[row].templates[template]).map((row) => [measured(row, template)]),
    ...features
      .map((name) => data.features[name])
      .filter(({ shown }) => template in shown)
      .map(({ text, shown }) => [`It has ${text}`, shown[template]]),
  ];
}

// What it lacks of all that was looked at; and where it has less than half of the best.
function notFor(template) {
  const lacking = Object.values(data.features).filter(({ shown }) => !(template in shown));
  const slow = Object.keys(data.rows).filter((name) => {
    const row = data.rows[name];
    return template in row.templates && share(row, template) < 0.5;
  });
  return [...lacking.map(({ without }) => without), ...slow.map((name) => measured(name, template))];
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function list(items) {
  return element("ul", {}, ...items.map(([text, test]) => {
    const shown = test ? [": ", element("code", { textContent: test })] : [];
    return element("li", {}, text, ...shown);
  }));
}

// other: which it is compared with.
function place({ template, score }, weights, other) {
  const title = data.titles[template];
  const counted = Object.entries(weights).filter(([, weight]) => weight > 0).sort((a, b) => b[1] - a[1]);
  // One reason of each kind comes first.
  const kinds = counted.map(([criterion]) => reasons(criterion, template)).filter((each) => each.length);
  const why = [...kinds.map(([first]) => first), ...kinds.flatMap(([, ...more]) => more)];
  const percent = Math.round(100 * score);
  const against = element("details", {},
    element("summary", { textContent: `What ${title} is not for` }),
    list(notFor(template).map((text) => [text])));
  const meter = element("meter", { value: score, max: 1 });
  meter.setAttribute("aria-label", `${title}: ${percent} of 100`);
  const links = element("p", {},
    element("a", { href: `make.html?template=${template}`, textContent: `Make it with ${title}` }), " · ",
    element("a", {
      href: `compare.html?left=${template}&right=${other}`,
      textContent: `Compare ${title} with ${data.titles[other]}`,
    }));
  const item = element("li", {}, element("h3", { textContent: title }), meter, ` ${percent}`);
  if (why.length) item.append(list(why.slice(0, 4)));
  if (why.length > 4) {
    item.append(element("details", {},
      element("summary", { textContent: `More about ${title}` }), list(why.slice(4))));
  }
  item.append(against, links);
  item.dataset.template = template;
  return item;
}

function rank() {
  const weights = Object.fromEntries(ranges().map((range) => [nameOf(range), Number(range.value)]));
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const ranked = Object.keys(data.titles)
    .map((template) => {
      const parts = Object.entries(weights).map(([name, weight]) => weight && weight * value(name, template));
      return { template, score: total ? parts.reduce((sum, part) => sum + part, 0) / total : 0 };
    })
    .sort((a, b) => b.score - a.score);
  const open = new Set([...at("ranked").querySelectorAll("details[open] summary")].map((each) => each.textContent));
  const [first, second] = ranked.map(({ template }) => template);
  at("ranked").replaceChildren(...ranked.map((each) =>
    place(each, weights, each.template === first ? second : first)));
  for (const summary of at("ranked").querySelectorAll("summary")) {
    summary.parentElement.open = open.has(summary.textContent);
  }
  // Which two the head leads to, from here.
  for (const link of document.querySelectorAll('header a[href^="compare.html"]')) {
    link.href = `compare.html?left=${first}&right=${second}`;
  }
  at("status").textContent = total
    ? `First is ${data.titles[first]}.`
    : "Nothing counts yet: move a weight.";
  at("hug").hidden = form.elements.team.value !== "hug";
  for (const range of ranges()) range.nextElementSibling.textContent = range.value;
  keep();
}

function keep() {
  const offered = asked();
  const given = [...new FormData(form)].filter(([name, text]) => {
    const weight = name.startsWith("weight-") && Number(text) === (offered[name.slice(7)] ?? 0);
    return text && !weight;
  });
  history.replaceState(null, "", `?${new URLSearchParams(given)}`);
}

function weigh() {
  const weights = asked();
  for (const range of ranges()) range.value = weights[nameOf(range)] ?? 0;
  rank();
}

function take([name, text]) {
  const field = form.elements.namedItem(name);
  const known = field?.options ?? (field?.length ? field : undefined);
  if (field && (!known || [...known].some((each) => each.value === text))) field.value = text;
}

function begin(loaded) {
  data = loaded;
  const given = [...new URLSearchParams(location.search)];
  const isWeight = ([name]) => name.startsWith("weight-");
  for (const each of given.filter((pair) => !isWeight(pair))) take(each);
  weigh();
  for (const each of given.filter(isWeight)) take(each);
  rank();
  form.addEventListener("input", ({ target }) => (target.type === "range" ? rank() : weigh()));
  at("again").addEventListener("click", weigh);
}

form.addEventListener("submit", (event) => event.preventDefault());
load(() => json(new URL("data.json", import.meta.url)), begin);
