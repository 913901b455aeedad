// Keeps the list of tasks up to date, by what the service tells over a WebSocket.
"use strict";

// How long to wait before another try: twice as long each time, and for a random part of it, as
// everybody else was told the same.
const FIRST_WAIT_MILLISECONDS = 1000;
const LONGEST_WAIT_MILLISECONDS = 30000;
const SIGNED_OUT = 4401;

const list = document.getElementById("tasks");
const connection = document.getElementById("connection");
let wait = FIRST_WAIT_MILLISECONDS;

// The service does not know where its readers are, and says UTC.
function localize(rows) {
  for (const time of rows.querySelectorAll("time")) {
    const local = new Date(time.dateTime).toLocaleString(document.documentElement.lang, {
      dateStyle: "long",
      timeStyle: "short",
    });
    time.textContent = time.dataset.text.replace("%s", () => local);
  }
}

// The HTML comes from the template of the page itself, in which all text is escaped.
function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  localize(template.content);
  return template.content;
}

function row(id) {
  return document.getElementById(`task-${id}`);
}

// The newest come first, and their ids are the greatest.
function show({ id, html }) {
  row(id)?.remove();
  const older = [...list.children].find((other) => other.id < `task-${id}`);
  list.insertBefore(parse(html), older ?? null);
}

const changes = {
  // Sent first, and after each interruption: all tasks, as something may have been missed.
  ready({ html }) {
    list.replaceChildren(parse(html));
    connection.textContent = connection.dataset.live;
    connection.classList.remove("lost");
    wait = FIRST_WAIT_MILLISECONDS;
  },
  "task.created": show,
  // The row may be new as well: what a later change has overtaken is not told.
  "task.updated": show,
  "task.deleted"({ id }) {
    row(id)?.remove();
  },
};

function connect() {
  const url = new URL(list.dataset.events, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  socket.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data);
    changes[event.type](event);
  });
  socket.addEventListener("close", ({ code }) => {
    if (code === SIGNED_OUT) {
      location.reload();
    } else {
      connection.textContent = connection.dataset.lost;
      connection.classList.add("lost");
      setTimeout(reconnect, wait * (0.5 + Math.random() / 2));
      wait = Math.min(2 * wait, LONGEST_WAIT_MILLISECONDS);
    }
  });
}

// A browser does not tell scripts why a WebSocket was refused: the page itself says who is signed in.
async function reconnect() {
  try {
    const response = await fetch(location.href, { method: "HEAD" });
    if (response.redirected) {
      location.assign(response.url);
      return;
    }
  } catch {
    // The service is away; so will be the WebSocket, which brings us back here.
  }
  connect();
}

// A form is sent without leaving the page: what comes of it is told by the WebSocket, as it is to all
// other pages. Where it is refused, it is sent anew as
// without a script: the page that comes then says why.
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!("live" in form.dataset)) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, submitter));
  const response = await fetch(form.action, { method: "POST", body, redirect: "manual" });
  if (response.type === "opaqueredirect") {
    form.reset();
  } else {
    delete form.dataset.live;
    form.requestSubmit(submitter);
  }
});

localize(list);
connect();
