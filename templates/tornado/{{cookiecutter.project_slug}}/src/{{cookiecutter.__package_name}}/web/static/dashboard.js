// Keeps the list of tasks up to date, by what the service tells over a WebSocket.
"use strict";

const RETRY_MILLISECONDS = 1000;
const SIGNED_OUT = 4401;

const list = document.getElementById("tasks");
const connection = document.getElementById("connection");

// The HTML comes from the template of the page itself, in which all text is escaped.
function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content;
}

function row(id) {
  return document.getElementById(`task-${id}`);
}

const changes = {
  // Sent first, and after each interruption: all tasks, as something may have been missed.
  ready({ html }) {
    list.replaceChildren(parse(html));
    connection.textContent = connection.dataset.live;
  },
  "task.created"({ id, html }) {
    row(id)?.remove();
    list.prepend(parse(html));
  },
  "task.updated"({ id, html }) {
    row(id)?.replaceWith(parse(html));
  },
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
      setTimeout(reconnect, RETRY_MILLISECONDS);
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

connect();
