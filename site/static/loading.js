// What a page loads when it is there.
const at = (id) => document.getElementById(id);
let count = 0;

export async function json(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return answer.json();
}

// Load something, and do something with it, unless something else was asked for meanwhile. Where it
// can't be had, the page says so, with a button to try again.
export async function load(asked, then) {
  const mine = ++count;
  at("retry").hidden = true;
  let loaded;
  try {
    loaded = await asked();
  } catch (error) {
    if (mine !== count) return;
    at("status").textContent = `What this page shows could not be loaded: ${error.message}.`;
    at("retry").hidden = false;
    at("retry").onclick = () => load(asked, then);
    return;
  }
  if (mine === count) then(loaded);
}
