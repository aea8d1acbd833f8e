// A Connect-Node as far as a browser sees one: WebSocket, page, and the HTTP push of a Push-Manager. For tests only.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { WebSocketServer } from "ws";

const WEB = new URL("../../main/resources/web/", import.meta.url);
const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export class FakeNode {
  connections = []; // every one there ever was, in order of arrival
  #script = {};
  #waiting = [];

  /** `script.onConnect(connection, index)` may close it, or return false so that no welcome is sent. */
  static async start(script = {}, nodeId = "node-1") {
    const node = new FakeNode();
    node.nodeId = nodeId;
    node.#script = script;
    node.http = createServer((request, response) => node.#serve(request, response));
    const sockets = new WebSocketServer({ server: node.http, path: "/ws" });
    sockets.on("connection", (ws, request) => node.#connected(ws, request));
    await new Promise((resolve) => node.http.listen(0, "127.0.0.1", resolve));
    node.port = node.http.address().port;
    node.url = `ws://127.0.0.1:${node.port}/ws`;
    node.baseUrl = `http://127.0.0.1:${node.port}`;
    return node;
  }

  async stop() {
    for (const { ws } of this.connections) ws.terminate();
    await new Promise((resolve) => { this.http.close(resolve); this.http.closeAllConnections(); });
  }

  /** Resolves to what `probe` returns as soon as that is truthy; looked at again after every event of this node. */
  until(probe) {
    const found = probe();
    if (found) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiting.push({ probe, resolve }));
  }
  connection(index) { return this.until(() => this.connections[index]); }

  push(message) {
    for (const connection of this.connections) {
      const { room_id: room, user_id: user } = message;
      if (room !== undefined ? connection.rooms.has(room) : user === undefined || user === connection.userId) connection.push(message);
    }
  }

  #changed() {
    this.#waiting = this.#waiting.filter(({ probe, resolve }) => {
      const found = probe();
      if (found) resolve(found);
      return !found;
    });
  }

  #connected(ws, request) {
    const query = new URL(request.url, this.baseUrl).searchParams;
    const send = (frame) => ws.send(JSON.stringify(frame));
    const connection = {
      ws, send, query, url: request.url, userId: query.get("user_id"), rooms: new Set(query.getAll("room_id")), frames: [], closedWith: null,
      push: (message) => ws.readyState === 1 && send({ type: "push", content: { type: "TEXT", data: "", metadata: {}, timestamp: Date.now() }, ...message }),
      welcome: () => send({ type: "welcome", session_id: `s-${this.connections.length}`, node_id: this.nodeId, user_id: query.get("user_id"), rooms: [...connection.rooms], ping_interval_ms: this.#script.pingIntervalMs ?? 25_000 }),
    };
    const index = this.connections.push(connection) - 1;
    ws.on("close", (code) => { connection.closedWith = code; connection.rooms.clear(); this.#changed(); });
    ws.on("message", (data) => {
      const frame = JSON.parse(data);
      connection.frames.push(frame);
      (this.#script.onFrame ?? answer)(connection, frame);
      this.#changed();
    });
    if (this.#script.onConnect?.(connection, index) !== false && ws.readyState === 1) connection.welcome();
    this.#changed();
  }

  async #serve(request, response) {
    const path = new URL(request.url, this.baseUrl).pathname;
    response.setHeader("Content-Security-Policy", CSP);
    if (request.method === "POST" && path === "/v1/push") {
      const { options, ...message } = JSON.parse(await text(request));
      message.message_id = options?.message_id ?? crypto.randomUUID();
      if (message.broadcast) delete message.broadcast;
      this.push({ ...message, content: { metadata: {}, timestamp: Date.now(), data: "", ...message.content } });
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ message_id: message.message_id, nodes_targeted: 1, nodes_accepted: 1 }));
      return;
    }
    const name = path === "/" ? "index.html" : path.slice(1);
    const body = /^[\w.-]+$/.test(name) ? await readFile(new URL(name, WEB)).catch(() => null) : null;
    response.statusCode = body ? 200 : 404;
    response.setHeader("Content-Type", TYPES[name.split(".").pop()] ?? "text/plain");
    response.end(body ?? "not found");
  }
}

/** What a node answers to a command. */
export function answer(connection, { id, type, room_id }) {
  if (type === "ping") connection.send({ type: "pong", id });
  else if (type === "join" && (room_id.startsWith("!") || Buffer.byteLength(room_id) > 256)) connection.send({ type: "error", id, code: "INVALID_ROOM", message: "room_id: not allowed" });
  else if (type === "join") { connection.rooms.add(room_id); connection.send({ type: "joined", id, room_id }); }
  else if (type === "leave") { connection.rooms.delete(room_id); connection.send({ type: "left", id, room_id }); }
  else connection.send({ type: "error", id, code: "UNKNOWN_COMMAND", message: type });
}

async function text(stream) {
  let all = "";
  for await (const chunk of stream) all += chunk;
  return all;
}
