// The browser client of a Connect-Node: an ES module without dependencies. docs/web-client.md is its manual.
//
//   import { connect } from "/client.js";
//   const client = connect("/ws", { userId: "user-001", userName: "Alice", rooms: ["room-001"] });
//   client.on("push", (push) => console.log(push.room_id, push.content.data));

/** Times in milliseconds. `connect(url, { timing: {…} })` changes some of them. */
const TIMING = {
  backoffMinMs: 100, backoffBaseMs: 1_000, backoffMaxMs: 30_000, stableMs: 10_000, // after stableMs back-off starts anew
  answerMs: 10_000, // a connection without a welcome, or without a frame after a ping, for this long counts as lost
  handoverMs: 500, // how long the old connection is still heard after the welcome of the new one
  commandsPerSecond: 20, // the node ends a flood at 50 in any second; two neighbouring windows together stay below
  rememberIds: 1_000, rememberMs: 120_000, // message_ids remembered to drop repeats; two minutes as in the node
};
const MAX_URL = 3_500, MAX_PENDING = 1_000; // rooms that would make the URL longer are joined by command
const FINAL_CODES = new Set([1000, 1002, 1003, 1007, 1008, 1009]);

/** Whether a connection that ended with this close code is opened again. */
export const reconnects = (code) => !FINAL_CODES.has(code) && !(code >= 4000 && code <= 4099);

/** Full jitter: evenly spread between the least delay and a ceiling that doubles with each failed attempt. */
export function backoffMs(attempt, random = Math.random, timing = TIMING) {
  const ceiling = Math.min(timing.backoffMaxMs, timing.backoffBaseMs * 2 ** attempt);
  return timing.backoffMinMs + random() * Math.max(0, ceiling - timing.backoffMinMs);
}

/** A refused command or an error frame. `code` is the node's (INVALID_ROOM, …), or CLOSED or UNAVAILABLE from here. */
export class PushError extends Error {
  constructor(code, message) { super(message || code); this.name = "PushError"; this.code = code; }
}

export const connect = (url, options) => new PushClient(url, options);
/** One user's session over one connection after another. Once closed it stays closed. */
export class PushClient {
  #url; #env; #timing; #rooms; #handlers = {}; #pending = new Map(); #seen = new Map();
  #live = null; // the connection that was welcomed last: commands go here
  #next = null; // one that is being opened
  #old = null; // the one a drain moves away from, still heard
  #timer = null; #attempt = 0; #lastId = 0; #missed = false; #state = "connecting";

  constructor(url, { userId, userName, rooms = [], timing, WebSocket = globalThis.WebSocket, random = Math.random }) {
    if (!userId) throw new TypeError("userId is missing");
    this.#url = new URL(url, globalThis.location?.href);
    this.#url.protocol = this.#url.protocol.replace("http", "ws");
    this.#url.searchParams.set("user_id", userId);
    if (userName) this.#url.searchParams.set("user_name", userName);
    this.#rooms = new Set(rooms);
    [this.#timing, this.#env] = [{ ...TIMING, ...timing }, { WebSocket, random }];
    this.#open();
  }
  get state() { return this.#state; } // connecting, open, draining, reconnecting or closed
  get rooms() { return [...this.#rooms]; }
  /** Events: push, state, gap, drain, error. Returns a function that removes the handler. */
  on(type, handler) {
    (this.#handlers[type] ??= new Set()).add(handler);
    return () => this.#handlers[type].delete(handler);
  }
  /** Settled by the node's answer. While there is no connection, or when it is lost first, the next one carries it. */
  join(roomId) { return this.#command({ type: "join", room_id: roomId }); }
  leave(roomId) { this.#rooms.delete(roomId); return this.#command({ type: "leave", room_id: roomId }); }
  /** Resolves to the round trip in milliseconds. */
  ping() { const from = performance.now(); return this.#command({ type: "ping" }).then(() => performance.now() - from); }
  close() { this.#finish({ code: 1000, reason: "closed by the application" }); }
  #command(frame) {
    if (this.#state === "closed") return Promise.reject(new PushError("CLOSED", "the client is closed"));
    if (this.#pending.size >= MAX_PENDING) return Promise.reject(new PushError("UNAVAILABLE", "too many commands wait"));
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#pending.set(id, { frame: { id, ...frame }, resolve, reject, sentOn: null });
      this.#pump();
    });
  }
  #pump() { // in the order given, once on each connection, and never more in a second than the node takes
    const live = this.#live;
    for (const command of live ? this.#pending.values() : []) {
      if (command.sentOn === live) continue;
      if (live.credits === 0) return; // the refill goes on
      command.sentOn = live;
      live.refill ??= setTimeout(() => { live.refill = null; live.credits = this.#timing.commandsPerSecond; this.#pump(); }, 1_000);
      live.credits--;
      this.#send(live, command.frame);
    }
  }
  #send(conn, frame) { if (conn.ws.readyState === 1) conn.ws.send(JSON.stringify(frame)); } // else its close is near
  #open() {
    const url = new URL(this.#url);
    const fits = (room) => url.href.length + encodeURIComponent(room).length < MAX_URL;
    const asked = this.rooms.filter((room) => fits(room) && !url.searchParams.append("room_id", room));
    const { answerMs, commandsPerSecond: credits } = this.#timing;
    const ws = new this.#env.WebSocket(url.href);
    const conn = { ws, asked, credits, silenceMs: answerMs, heardAt: performance.now(), probed: true };
    ws.onmessage = (event) => this.#frame(conn, event.data);
    ws.onclose = (event) => this.#ended(conn, event);
    ws.onerror = () => {}; // a close event with the code follows
    this.#next = conn;
    this.#watch(conn, answerMs);
  }
  #watch(conn, delay) { // a dead network closes nothing: after some silence ask, and without an answer give up
    conn.timer = setTimeout(() => {
      const left = conn.silenceMs - (performance.now() - conn.heardAt);
      if (left > 0) return this.#watch(conn, left);
      if (conn.probed) return this.#drop(conn, { code: 1006, reason: "no answer" });
      conn.probed = true;
      this.#send(conn, { id: ++this.#lastId, type: "ping" });
      this.#watch(conn, this.#timing.answerMs);
    }, delay);
  }
  #frame(conn, text) {
    if (conn.ended) return;
    if (conn.welcomed) Object.assign(conn, { heardAt: performance.now(), probed: false });
    let frame = null;
    try { frame = JSON.parse(text); } catch { this.#emit("error", new PushError("MALFORMED", "a frame is not JSON")); }
    switch (frame?.type) {
      case "welcome": return this.#welcome(conn, frame);
      case "push": return conn.held ? this.#hold(conn, frame) : this.#push(frame);
      case "gap": return this.#emit("gap", { dropped: frame.dropped, reason: frame.reason });
      case "drain": return this.#drain(conn, frame);
      case "joined": case "left": case "error": case "pong": return this.#answer(conn, frame);
    }
  }
  #welcome(conn, { session_id: sessionId, node_id: nodeId, rooms = [], ping_interval_ms: silenceMs = 25_000 }) {
    Object.assign(conn, { welcomed: performance.now(), heardAt: performance.now(), silenceMs, probed: false });
    if (this.#old && this.#live) this.#drop(this.#old, { code: 1000 }); // drained twice in a row: the oldest goes
    this.#old = this.#live ?? this.#old;
    [this.#live, this.#next] = [conn, null];
    conn.held = this.#old ? [] : null; // so that what the old one still brings comes first
    // What changed while it was being opened, and the rooms that had no space in the URL.
    const joins = this.rooms.filter((room) => !rooms.includes(room)).map((room) => this.join(room).catch((error) => {
      this.#rooms.delete(room);
      if (error.code !== "CLOSED") this.#emit("error", error);
    }));
    conn.asked.filter((room) => !this.#rooms.has(room)).forEach((room) => this.leave(room).catch(() => {}));
    this.#pump();
    if (this.#old) Promise.all(joins).then(() => { conn.handover = setTimeout(() => this.#leaveOld(conn), this.#timing.handoverMs); });
    this.#to("open", { sessionId, nodeId, rooms });
    if (this.#missed) this.#emit("gap", { dropped: null, reason: "disconnected" });
    this.#missed = false;
  }
  #leaveOld(conn) {
    this.#release(conn);
    if (!this.#old || conn.ended) return;
    this.#old.leaving = true; // dropped at the pong, which comes after everything else that was sent to it
    this.#send(this.#old, { id: ++this.#lastId, type: "ping" });
  }
  #hold(conn, push) { if (conn.held.push(push) >= this.#timing.rememberIds) this.#release(conn); }
  #release(conn) { const held = conn?.held ?? []; if (conn) conn.held = null; held.forEach((push) => this.#push(push)); }
  #push(push) {
    const id = push.message_id, now = performance.now();
    if (now - this.#seen.get(id) < this.#timing.rememberMs) return;
    this.#seen.delete(id);
    if (id) this.#seen.set(id, now); // last in the order of insertion, the first is the oldest
    if (this.#seen.size > this.#timing.rememberIds) this.#seen.delete(this.#seen.keys().next().value);
    this.#emit("push", push);
  }
  #drain(conn, { reconnect_after_ms: reconnectAfterMs = 0 }) {
    this.#emit("drain", { reconnectAfterMs });
    if (conn !== this.#live || this.#next || this.#timer) return;
    this.#later(reconnectAfterMs);
    this.#to("draining", { reconnectAfterMs });
  }
  #answer(conn, frame) {
    if (conn.leaving && frame.type === "pong") return this.#drop(conn, { code: 1000 });
    const command = this.#pending.get(frame.id);
    const error = frame.type === "error" ? new PushError(frame.code, frame.message) : null;
    if (command?.sentOn !== conn) return error && this.#emit("error", error); // nobody waits for it
    this.#pending.delete(frame.id);
    const { type, room_id: room } = command.frame;
    if (type === "join" && !error || type === "leave" && error) this.#rooms.add(room);
    command[error ? "reject" : "resolve"](error ?? frame);
  }
  #drop(conn, why) { conn.ws.close(1000); this.#ended(conn, why); }
  #ended(conn, { code, reason = "" }) {
    if (conn.ended) return;
    conn.ended = true;
    [conn.timer, conn.handover, conn.refill].forEach((timer) => clearTimeout(timer));
    this.#release(conn);
    if (conn === this.#old) { this.#old = null; return this.#release(this.#live); }
    if (!reconnects(code)) return this.#finish({ code, reason });
    if (conn === this.#next) this.#next = null;
    else [this.#live, this.#missed] = [null, true];
    if (performance.now() - conn.welcomed >= this.#timing.stableMs) this.#attempt = 0;
    const underWay = this.#next || this.#timer; // by a drain
    const retryInMs = underWay ? null : this.#later(backoffMs(this.#attempt++, this.#env.random, this.#timing));
    if (!this.#live) this.#to("reconnecting", { code, reason, retryInMs });
  }
  #later(delay) { this.#timer = setTimeout(() => { this.#timer = null; this.#open(); }, delay); return delay; }
  #finish(why) {
    if (this.#state === "closed") return;
    clearTimeout(this.#timer);
    this.#to("closed", why);
    for (const conn of [this.#live, this.#next, this.#old]) if (conn) this.#drop(conn, { code: 1000 });
    for (const { reject } of this.#pending.values()) reject(new PushError("CLOSED", why.reason || `closed with ${why.code}`));
    this.#pending.clear();
  }
  #to(state, detail) { this.#state = state; this.#emit("state", { state, ...detail }); }
  #emit(type, event) {
    for (const handler of this.#handlers[type] ?? []) try { handler(event); } catch (error) { console.error(error); }
  }
}
