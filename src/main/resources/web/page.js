// The status page: asks /status and /topics every two seconds and shows what changed.
// Whatever came from a device goes into the page by textContent only.

const EVERY_MS = 2000;
const TIMEOUT_MS = 8000;
const STALL_MS = 5000; // A disk that answers takes a write sooner.
const MAX_ROWS = 500;
const MAX_VALUE = 300;

const byId = (id) => document.getElementById(id);
const body = byId("topics").tBodies[0];
const rows = new Map(); // topic -> {row, cells, timestamp}
let topics = [];
let seen = ""; // What the history looked like when the table was last asked for.
let timer;
let refreshing = false;

async function getJson(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) {
    throw new Error(`${path} answered ${response.status}`);
  }
  return response.json();
}

async function refresh() {
  if (refreshing) {
    return;
  }
  refreshing = true;
  clearTimeout(timer);
  try {
    const status = await getJson("/status");
    const state = JSON.stringify([status.started, status.topics, status.messages, status.history]);
    if (state !== seen) {
      topics = (await getJson("/topics")).topics;
      seen = state;
      showTopics();
    }
    showStatus(status);
    showConnection(true);
  } catch (error) {
    showConnection(false);
  }
  refreshing = false;
  timer = setTimeout(refresh, document.hidden ? EVERY_MS * 5 : EVERY_MS);
}

function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

function showConnection(up) {
  const node = byId("connection");
  setText(node, up ? "Connected" : "Disconnected – trying again");
  node.className = up ? "connection up" : "connection down";
  document.body.classList.toggle("stale", !up);
}

function showStatus(status) {
  setText(byId("version"), status.version);
  setText(byId("uptime"), duration(status.uptime));
  setText(byId("topic-count"), status.topics.toLocaleString());
  setText(byId("message-count"), status.messages.toLocaleString());
  setText(byId("history-count"), status.history.messages.toLocaleString());
  const shown = new Set(["version", "started", "uptime", "topics", "messages", "history", "connections", "store"]);
  const lines = Object.entries(status)
    .filter(([name]) => !shown.has(name))
    .map(([name, value]) => [name, plain(value)]);
  showTroubles(troubles(status));
  showLinks(status.connections ?? []);
  const parts = byId("parts");
  const text = JSON.stringify(lines);
  if (parts.dataset.text !== text) {
    parts.dataset.text = text;
    parts.replaceChildren(...lines.flatMap(([name, value]) => {
      const term = document.createElement("dt");
      const detail = document.createElement("dd");
      term.textContent = name;
      detail.textContent = value;
      return [term, detail];
    }));
  }
}

// What waits, and what does not write: nothing while all is well.
function troubles(status) {
  const found = [];
  const store = status.store;
  const now = Date.parse(status.started) + status.uptime * 1000; // Of the program: clocks differ.
  // Under load something always waits, for milliseconds.
  if (store !== undefined && (store.oldest_seconds >= 1 || store.last_error !== "")) {
    const waits = `${messages(store.waiting)} for the database, the oldest for ${duration(Math.floor(store.oldest_seconds))}`;
    found.push({ bad: store.last_error !== "", text: store.last_error === "" ? waits : `${waits}: ${store.last_error}` });
  }
  for (const log of status.csv_logs ?? []) {
    const waits = log.waiting_since === "" ? 0 : now - Date.parse(log.waiting_since);
    if (log.failing_since !== "") {
      const since = time(Date.parse(log.failing_since) / 1000);
      found.push({ bad: true, text: `CSV log ${log.name} has not written since ${since}, ${rowsWait(log.waiting)}: ${log.last_error}` });
    } else if (waits >= STALL_MS) {
      found.push({ bad: true, text: `CSV log ${log.name} gets no answer from its disk for ${duration(Math.floor(waits / 1000))}, ${rowsWait(log.waiting)}` });
    }
  }
  return found;
}

function messages(count) {
  return count === 1 ? "1 message waits" : `${count.toLocaleString()} messages wait`;
}

function rowsWait(count) {
  return count === 1 ? "1 row waits" : `${count.toLocaleString()} rows wait`;
}

function showTroubles(found) {
  const list = byId("troubles");
  const text = JSON.stringify(found);
  if (list.dataset.text === text) {
    return;
  }
  list.dataset.text = text;
  list.hidden = found.length === 0;
  list.replaceChildren(...found.map((trouble) => {
    const item = document.createElement("li");
    item.classList.toggle("bad", trouble.bad);
    item.textContent = trouble.text;
    return item;
  }));
}

function showLinks(connections) {
  const links = byId("links");
  const text = JSON.stringify(connections);
  if (links.dataset.text === text) {
    return;
  }
  links.dataset.text = text;
  links.replaceChildren(...connections.map((connection) => {
    const item = document.createElement("li");
    const state = document.createElement("span");
    state.className = connection.connected ? "connection up" : "connection down";
    state.textContent = connection.connected ? "connected" : "not connected";
    const name = document.createElement("span");
    name.textContent = `${connection.name} at ${connection.broker} since ${time(Date.parse(connection.since) / 1000)}`;
    item.append(state, name);
    if (!connection.connected && connection.last_error !== "") {
      const error = document.createElement("span");
      error.className = "error";
      error.textContent = connection.last_error;
      item.append(error);
    }
    return item;
  }));
}

function plain(value) {
  if (Array.isArray(value)) {
    return value.map(plain).join(", ");
  }
  if (value !== null && typeof value === "object") {
    return Object.entries(value).map(([name, part]) => `${name} ${plain(part)}`).join(", ");
  }
  return String(value);
}

function duration(seconds) {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  if (minutes > 0) return `${minutes} min ${seconds % 60} s`;
  return `${seconds} s`;
}

function time(timestamp) {
  const date = new Date(timestamp * 1000);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString() : date.toLocaleString();
}

function value(message) {
  if (message.payload_encoding === "base64") {
    return `base64: ${message.payload}`;
  }
  return typeof message.payload === "string" ? message.payload : JSON.stringify(message.payload);
}

function shortened(text) {
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

// Rows are changed in place, so that scroll position, selection and focus stay.
function showTopics() {
  const wanted = byId("filter").value.trim().toLowerCase();
  const matching = topics.filter((t) => t.topic.toLowerCase().includes(wanted));
  const visible = matching.slice(0, MAX_ROWS);
  const names = new Set(visible.map((t) => t.topic));
  for (const [topic, entry] of rows) {
    if (!names.has(topic)) {
      entry.row.remove();
      rows.delete(topic);
    }
  }
  let next = body.firstElementChild;
  for (const topic of visible) {
    let entry = rows.get(topic.topic);
    if (entry === undefined) {
      entry = newRow(topic.topic);
      rows.set(topic.topic, entry);
    }
    if (entry.row === next) {
      next = next.nextElementSibling;
    } else {
      body.insertBefore(entry.row, next);
    }
    fill(entry, topic);
  }
  byId("topics").hidden = visible.length === 0;
  setText(byId("topics-note"), note(matching.length, visible.length));
}

function note(matching, visible) {
  if (topics.length === 0) {
    return "Nothing is in the history. Try the first example below.";
  }
  if (matching === 0) {
    return `None of ${topics.length.toLocaleString()} topics has this in its name.`;
  }
  if (visible < matching) {
    return `The first ${visible} of ${matching.toLocaleString()} topics. Filter to see others.`;
  }
  return "";
}

function newRow(topic) {
  const row = document.createElement("tr");
  const cells = ["topic", "number", "value", "time"].map((name) => {
    const cell = row.insertCell();
    cell.className = name;
    return cell;
  });
  const name = document.createElement("span");
  name.textContent = topic;
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.textContent = "retained";
  badge.hidden = true;
  cells[0].append(name, badge);
  const shown = document.createElement("span");
  cells[2].append(shown);
  return { row, cells, shown, badge, timestamp: undefined };
}

function fill(entry, topic) {
  const last = topic.last; // Null where only the retained value is known.
  const message = last ?? topic.retained;
  entry.badge.hidden = topic.retained === null;
  if (last !== null && entry.timestamp === last.timestamp && entry.count === topic.count) {
    return;
  }
  const isNews = entry.timestamp !== undefined && last !== null;
  entry.timestamp = last?.timestamp;
  entry.count = topic.count;
  const text = value(message);
  setText(entry.cells[1], topic.count.toLocaleString());
  setText(entry.shown, text === "" ? "empty" : shortened(text));
  entry.cells[2].classList.toggle("empty", text === "");
  entry.cells[2].title = last === null ? "" : `published by ${shortened(last.publisher)}`;
  setText(entry.cells[3], last === null ? "" : time(last.timestamp));
  if (isNews) {
    entry.row.classList.remove("fresh");
    void entry.row.offsetWidth; // Starts the animation anew.
    entry.row.classList.add("fresh");
  }
}

function showExamples() {
  const base = location.origin;
  const examples = [
    ["Publish", `curl -H 'Content-Type: application/json' -d '{"topic":"demo/hello","payload":"world"}' ${base}/publish`],
    ["Read a topic, oldest first", `curl '${base}/subscribe?topic=demo/hello&since=0'`],
    ["Read many topics", `curl '${base}/subscribe?topic=sensors/%2B/data'`],
    ["List topics as a tree", `curl '${base}/topics?view=tree'`],
    ["Forget the history of a topic", `curl -X DELETE '${base}/clear?topic=demo/hello'`],
    ["Status", `curl ${base}/status`],
  ];
  for (const [title, command] of examples) {
    const example = byId("example").content.cloneNode(true);
    example.querySelector("h3").textContent = title;
    example.querySelector("code").textContent = command;
    const button = example.querySelector("button");
    button.setAttribute("aria-label", `Copy: ${title}`);
    button.addEventListener("click", () => copy(button, command));
    byId("examples").append(example);
  }
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    // Browsers offer the clipboard on secure origins only; marking the text leaves one key to press.
    const code = button.closest(".example").querySelector("code");
    getSelection().selectAllChildren(code);
    button.textContent = "Marked";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

byId("filter").addEventListener("input", showTopics);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    refresh();
  }
});
showExamples();
refresh();
