// The page on "/": a form around client.js. Message data only ever becomes text nodes, never markup.
import { connect } from "./client.js";

const MAX_SHOWN = 500;
const MAX_TEXT = 4_000; // characters shown of one message
const PUSH = "scripts/push-manager push";
const STATES = { connecting: "connecting", open: "connected", draining: "moving to another node", reconnecting: "reconnecting", closed: "not connected" };

const $ = (id) => document.getElementById(id);
let client = null;
let received = 0;
let waiting = []; // messages not drawn yet: one drawing a frame, however many arrive

/** An element with text and classes. */
function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

// ---- connection ----

$("connect").addEventListener("submit", (event) => {
  event.preventDefault();
  if (client) { client.close(); return; }
  showError("");
  const rooms = $("rooms").value.split(/[\s,]+/).filter(Boolean);
  client = connect("ws", { userId: $("user-id").value, userName: $("user-name").value, rooms });
  client.on("state", showState);
  client.on("push", onPush);
  client.on("gap", ({ dropped, reason }) => note(dropped === null
    ? "Reconnected: messages sent meanwhile are missing."
    : `${dropped} messages were dropped (${reason}).`));
  client.on("drain", ({ reconnectAfterMs }) => note(`The node is leaving: moving to another one in ${reconnectAfterMs} ms.`));
  client.on("error", (error) => { showError(`${error.code}: ${error.message}`); showRooms(); });
  showState({ state: "connecting" });
});

function showState({ state, code, reason, retryInMs, nodeId, sessionId }) {
  $("status").dataset.state = state;
  $("state").textContent = STATES[state] + (state === "reconnecting" && retryInMs ? ` in ${(retryInMs / 1000).toFixed(1)} s` : "");
  if (state === "open") {
    $("session").textContent = `node ${nodeId} · session ${sessionId}`;
    showError("");
  }
  if (state === "closed") {
    $("session").textContent = "";
    if (code !== 1000) showError(`The node closed the connection for good: ${code} ${reason}`);
    client = null;
  }
  $("connect-button").textContent = client ? "Disconnect" : "Connect";
  $("connect-button").classList.toggle("primary", !client);
  for (const id of ["user-id", "user-name", "rooms"]) $(id).disabled = Boolean(client);
  for (const id of ["join-room", "join-button"]) $(id).disabled = !client;
  showRooms();
}

function showError(text) {
  $("error").textContent = text;
  $("error").hidden = !text;
}

// ---- rooms ----

$("join").addEventListener("submit", (event) => {
  event.preventDefault();
  command(client.join($("join-room").value)).then((joined) => { if (joined) $("join").reset(); });
});

/** Shows how a join or leave ended. Resolves to whether it was done. */
async function command(answer) {
  try {
    await answer;
    showError("");
    return true;
  } catch (error) {
    showError(`${error.code}: ${error.message}`);
    return false;
  } finally {
    showRooms();
  }
}

function showRooms() {
  const rooms = client?.rooms ?? [];
  const focused = document.activeElement?.dataset?.room;
  $("room-list").replaceChildren(...rooms.map((room) => {
    const item = element("li", "");
    const leave = element("button", "Leave");
    leave.dataset.room = room;
    leave.setAttribute("aria-label", `Leave ${room}`);
    leave.addEventListener("click", () => command(client.leave(room)));
    item.append(element("span", room, "name"), leave);
    return item;
  }));
  $("no-rooms").hidden = rooms.length > 0;
  if (focused) ($("room-list").querySelector(`[data-room="${CSS.escape(focused)}"]`) ?? $("join-room")).focus();
  const target = rooms.length ? `--room ${quoted(rooms.at(-1))}` : `--user ${quoted($("user-id").value || "user-001")}`;
  $("command").textContent = `${PUSH} ${target} "Hello"`;
}

/** An argument as a POSIX shell takes it. */
const quoted = (word) => /^[\w.:@/-]+$/.test(word) && !word.startsWith("-") ? word : `'${word.replaceAll("'", `'\\''`)}'`;

$("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText($("command").textContent);
    $("copied").textContent = "Copied";
  } catch { // no clipboard without https or localhost: select it for the keyboard
    getSelection().selectAllChildren($("command"));
    $("copied").textContent = "Selected: press Ctrl+C";
  }
  setTimeout(() => { $("copied").textContent = ""; }, 2_000);
});

// ---- messages ----

function onPush(push) {
  received++;
  show(() => messageItem(push, Date.now()));
}

function note(text) {
  const at = new Date();
  show(() => {
    const item = element("li", "", "note");
    item.append(timeOf(at), element("span", text));
    return item;
  });
}

function show(item) {
  waiting.push(item);
  if (waiting.length > MAX_SHOWN) waiting.shift(); // a hidden tab draws nothing
  if (waiting.length === 1) requestAnimationFrame(draw);
}

function draw() {
  $("list").prepend(...waiting.map((item) => item()).reverse());
  waiting = [];
  while ($("list").children.length > MAX_SHOWN) $("list").lastChild.remove();
  showCount();
}

function showCount() {
  const shown = $("list").children.length;
  $("count").textContent = received ? `${received} received${received > MAX_SHOWN ? `, the last ${MAX_SHOWN} shown` : ""}` : "";
  $("empty").hidden = shown > 0;
}

$("clear").addEventListener("click", () => {
  received = 0;
  waiting = [];
  $("list").replaceChildren();
  showCount();
});

function timeOf(date) {
  const time = element("time", date.toTimeString().slice(0, 8));
  time.dateTime = date.toISOString();
  return time;
}

function messageItem({ room_id: room, user_id: user, message_id: id, content = {} }, nowMs) {
  const item = element("li", "");
  const badge = room !== undefined ? element("span", room, "badge room")
    : user !== undefined ? element("span", user, "badge user")
      : element("span", "everyone", "badge everyone");
  const details = [content.type, latency(content.timestamp, nowMs), ...Object.entries(content.metadata ?? {}).map(([key, value]) => `${key}=${value}`)];
  item.append(timeOf(new Date(nowMs)), badge, element("span", body(content), "body"), element("span", details.filter(Boolean).join(" · "), "details"));
  item.title = `message_id ${id}`;
  return item;
}

function body({ data = "", binary }) {
  const text = data.length > MAX_TEXT ? `${data.slice(0, MAX_TEXT)}… (${data.length} characters)` : data;
  if (!binary) return text;
  const bytes = binary.length * 3 / 4 - (binary.endsWith("==") ? 2 : binary.endsWith("=") ? 1 : 0);
  return `${text}${text && " "}[${bytes} bytes: ${binary.slice(0, 64)}${binary.length > 64 ? "…" : ""}]`;
}

/** How old the content was, by two clocks that may differ; nothing when they cannot be meant to agree. */
function latency(timestamp, nowMs) {
  const ms = nowMs - timestamp;
  return Math.abs(ms) < 3_600_000 ? `${ms} ms` : "";
}

showRooms();
