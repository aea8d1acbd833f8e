// client.js under Node, against a scripted node on a real socket. Times are shortened by options; nothing sleeps.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { WebSocket } from "ws";
import { backoffMs, connect, reconnects } from "../../main/resources/web/client.js";
import { answer, FakeNode } from "./fake-node.mjs";

const opened = [];
afterEach(async () => { for (const thing of opened.splice(0).reverse()) await (thing.stop ?? thing.close).call(thing); });

async function fakeNode(script) {
  const node = await FakeNode.start(script);
  opened.push(node);
  return node;
}

/** A client and everything it has told, with `next(type, accept)`: the first event, past or to come, that is accepted. */
function subject(node, options = {}) {
  const { timing, ...others } = options;
  const client = connect(node.url, {
    userId: "u1", WebSocket, ...others,
    timing: { backoffMinMs: 1, backoffBaseMs: 10, backoffMaxMs: 50, handoverMs: 20, ...timing },
  });
  opened.push(client);
  const told = { push: [], state: [], gap: [], drain: [], error: [] };
  const waiting = [];
  for (const type of Object.keys(told)) {
    client.on(type, (event) => {
      told[type].push(event);
      for (const each of waiting) if (each.type === type && each.accept(event)) each.resolve(event);
    });
  }
  const next = (type, accept = () => true) => {
    const past = told[type].find(accept);
    return past ? Promise.resolve(past) : new Promise((resolve) => waiting.push({ type, accept, resolve }));
  };
  return { client, told, next, open: () => next("state", ({ state }) => state === "open"), ids: () => told.push.map((push) => push.message_id) };
}

test("close codes: which ranges reconnect", () => {
  for (const code of [1001, 1005, 1006, 1011, 1012, 1013, 4100, 4101, 4199]) assert.equal(reconnects(code), true, `${code}`);
  for (const code of [1000, 1002, 1003, 1007, 1008, 1009, 4000, 4050, 4099]) assert.equal(reconnects(code), false, `${code}`);
});

test("back-off is spread between the least delay and a ceiling that doubles up to the most", () => {
  const ceilings = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
  ceilings.forEach((ceiling, attempt) => {
    assert.equal(backoffMs(attempt, () => 0), 100);
    assert.equal(backoffMs(attempt, () => 0.5), (ceiling + 100) / 2);
    assert.ok(Math.abs(backoffMs(attempt, () => 1) - ceiling) < 1e-6);
  });
  assert.equal(backoffMs(5_000, () => 0.999999) <= 30_000, true);
});

test("the handshake carries user, name and every room, escaped", async () => {
  const node = await fakeNode();
  const { open, client } = subject(node, { userId: "a&b", userName: "Zoë", rooms: ["r 1", "r=2"] });
  const welcome = await open();
  const { query } = node.connections[0];
  assert.deepEqual([query.get("user_id"), query.get("user_name"), query.getAll("room_id")], ["a&b", "Zoë", ["r 1", "r=2"]]);
  assert.deepEqual(welcome, { state: "open", sessionId: "s-1", nodeId: "node-1", rooms: ["r 1", "r=2"] });
  assert.equal(client.state, "open");
});

test("a client without a user id is refused before it connects", () => {
  assert.throws(() => connect("ws://127.0.0.1:1/ws", { WebSocket }), /userId/);
});

test("join, leave and ping resolve with the answer to their own id", async () => {
  const held = [];
  const node = await fakeNode({ onFrame: (connection, frame) => { // answered in the opposite order
    if (held.push(frame) === 3) held.reverse().forEach((each) => answer(connection, each));
  } });
  const { client, open } = subject(node, { rooms: ["b"] });
  await open();
  const [joined, left, roundTripMs] = await Promise.all([client.join("a"), client.leave("b"), client.ping()]);
  assert.deepEqual([joined.type, joined.room_id, left.type, left.room_id], ["joined", "a", "left", "b"]);
  assert.ok(roundTripMs >= 0);
  assert.deepEqual(client.rooms, ["a"]);
});

test("a refused join rejects with the node's code and is not asked for again", async () => {
  const node = await fakeNode();
  const { client, open, next } = subject(node);
  await open();
  await assert.rejects(client.join("!bad"), { name: "PushError", code: "INVALID_ROOM", message: "room_id: not allowed" });
  assert.deepEqual(client.rooms, []);
  node.connections[0].ws.close(4100);
  await next("state", ({ sessionId }) => sessionId === "s-2");
  assert.deepEqual(node.connections[1].query.getAll("room_id"), []);
});

test("a refused leave leaves the room in the list", async () => {
  const node = await fakeNode({ onFrame: (connection, { id }) => connection.send({ type: "error", id, code: "RATE_LIMITED", message: "" }) });
  const { client, open } = subject(node, { rooms: ["a"] });
  await open();
  await assert.rejects(client.leave("a"), { code: "RATE_LIMITED" });
  assert.deepEqual(client.rooms, ["a"]);
});

test("error frames that answer nothing, and frames that are not JSON, become error events; unknown ones nothing", async () => {
  const node = await fakeNode();
  const { next, open, told } = subject(node);
  await open();
  const { ws, send } = node.connections[0];
  ws.send("{");
  ws.send("null");
  send({ type: "later", x: 1 });
  send({ type: "error", code: "MALFORMED", message: "a" });
  await next("error", ({ message }) => message === "a");
  assert.deepEqual(told.error.map(({ code }) => code), ["MALFORMED", "MALFORMED"]);
});

test("gap frames reach the application", async () => {
  const node = await fakeNode();
  const { next, open } = subject(node);
  await open();
  node.connections[0].send({ type: "gap", dropped: 12, reason: "slow_consumer" });
  assert.deepEqual(await next("gap"), { dropped: 12, reason: "slow_consumer" });
});

test("a push whose message_id was seen is dropped; pushes without one are not compared", async () => {
  const node = await fakeNode();
  const { next, open, ids } = subject(node);
  await open();
  for (const id of ["1", "2", "1", undefined, undefined, "2", "3"]) node.connections[0].push({ message_id: id });
  await next("push", ({ message_id }) => message_id === "3");
  assert.deepEqual(ids(), ["1", "2", undefined, undefined, "3"]);
});

test("the memory of message_ids is bounded by count and by time", async () => {
  const node = await fakeNode();
  const few = subject(node, { timing: { rememberIds: 2 } });
  await few.open();
  for (const id of ["1", "2", "3", "1", "3", "end"]) node.connections[0].push({ message_id: id });
  await few.next("push", ({ message_id }) => message_id === "end");
  assert.deepEqual(few.ids(), ["1", "2", "3", "1", "end"]);

  const brief = subject(node, { timing: { rememberMs: 0 } });
  await brief.open();
  for (const id of ["1", "1", "end"]) node.connections[1].push({ message_id: id });
  await brief.next("push", ({ message_id }) => message_id === "end");
  assert.deepEqual(brief.ids(), ["1", "1", "end"]);
});

for (const code of [4100, 4101, 1001, 1011, 1012, 1013]) {
  test(`closed with ${code}: reconnects, asks for its rooms again and says that messages may be missing`, async () => {
    const node = await fakeNode();
    const { client, next, open, told } = subject(node, { rooms: ["a", "b"] });
    await open();
    await client.join("c");
    await client.leave("a");
    node.connections[0].ws.close(code, "why");
    await next("state", ({ sessionId }) => sessionId === "s-2");
    assert.deepEqual(told.state.map(({ state }) => state), ["open", "reconnecting", "open"]);
    assert.equal(told.state[1].code, code);
    assert.equal(told.state[1].reason, "why");
    assert.ok(told.state[1].retryInMs >= 1 && told.state[1].retryInMs <= 10, `${told.state[1].retryInMs}`);
    assert.deepEqual(node.connections[1].query.getAll("room_id"), ["b", "c"]);
    assert.deepEqual(await next("gap"), { dropped: null, reason: "disconnected" });
  });
}

test("a network loss reconnects", async () => {
  const node = await fakeNode();
  const { next, open, told } = subject(node);
  await open();
  node.connections[0].ws.terminate();
  await next("state", ({ sessionId }) => sessionId === "s-2");
  assert.equal(told.state[1].code, 1006);
});

for (const code of [4000, 4099, 1008, 1002, 1003, 1007, 1009, 1000]) {
  test(`closed with ${code}: stays closed and refuses what waits`, async () => {
    const node = await fakeNode({ onFrame: () => {} });
    const { client, next, open, told } = subject(node);
    await open();
    const join = assert.rejects(client.join("a"), { code: "CLOSED" });
    node.connections[0].ws.close(code, "why");
    assert.deepEqual(await next("state", ({ state }) => state === "closed"), { state: "closed", code, reason: "why" });
    await join;
    await assert.rejects(client.ping(), { code: "CLOSED" });
    assert.equal(node.connections.length, 1);
    assert.deepEqual(told.gap, []);
  });
}

test("delays grow with each failed attempt and start anew after a stable connection", async () => {
  const node = await fakeNode({ onConnect: (connection, index) => { if (index < 3) { connection.ws.close(1013); return false; } } });
  const { next, told } = subject(node, { random: () => 1, timing: { backoffMaxMs: 40, stableMs: 0 } });
  await next("state", ({ state }) => state === "open");
  node.connections[3].ws.close(4100);
  await next("state", ({ sessionId }) => sessionId === "s-5");
  const delays = told.state.filter(({ state }) => state === "reconnecting").map(({ retryInMs }) => retryInMs);
  assert.deepEqual(delays, [10, 20, 40, 10]);
});

test("a connection that is lost soon after its welcome does not reset the back-off", async () => {
  const node = await fakeNode();
  const { next, told, open } = subject(node, { random: () => 1 });
  await open();
  node.connections[0].ws.close(4100);
  await next("state", ({ sessionId }) => sessionId === "s-2");
  node.connections[1].ws.close(4100);
  await next("state", ({ sessionId }) => sessionId === "s-3");
  assert.deepEqual(told.state.filter(({ state }) => state === "reconnecting").map(({ retryInMs }) => retryInMs), [10, 20]);
});

test("commands given while there is no connection, or lost with one, are carried by the next", async () => {
  const node = await fakeNode({ onFrame: (connection, frame) => { if (connection !== node.connections[0]) answer(connection, frame); } });
  const { client } = subject(node);
  const early = client.join("a");
  await node.until(() => node.connections[0]?.frames.length === 1);
  node.connections[0].ws.terminate();
  assert.equal((await early).room_id, "a");
  assert.deepEqual(node.connections[1].frames, node.connections[0].frames);
  assert.deepEqual(client.rooms, ["a"]);
});

test("a room that the node no longer takes at a reconnect becomes an error event", async () => {
  const node = await fakeNode({ onConnect: (connection) => { for (const room of connection.rooms) if (room.startsWith("!")) connection.rooms.delete(room); } });
  const { client, next } = subject(node, { rooms: ["a", "!b"] });
  assert.equal((await next("error")).code, "INVALID_ROOM");
  assert.deepEqual(client.rooms, ["a"]);
});

test("rooms that would make the URL too long are joined by command, slower than the node's limit", async () => {
  const rooms = Array.from({ length: 60 }, (_, i) => `${i}-${"x".repeat(200)}`);
  const node = await fakeNode();
  const { open } = subject(node, { rooms, timing: { commandsPerSecond: 30 } });
  await open();
  const from = performance.now();
  await node.until(() => node.connections[0].rooms.size === 60);
  assert.ok(node.connections[0].url.length < 4_000);
  assert.ok(node.connections[0].frames.length > 30);
  assert.ok(performance.now() - from > 900, "the thirty-first command waits for the next second");
});

test("a connection that is never welcomed is given up", async () => {
  const node = await fakeNode({ onConnect: (_, index) => index > 0 });
  const { open, told } = subject(node, { timing: { answerMs: 30 } });
  await open();
  assert.equal(told.state[0].reason, "no answer");
});

test("a silent connection is asked, kept while it answers and given up when it does not", async () => {
  let answers = 2;
  const node = await fakeNode({ pingIntervalMs: 20, onFrame: (connection, frame) => { if (answers-- > 0) answer(connection, frame); } });
  const { next, told } = subject(node, { timing: { answerMs: 250 } });
  await next("state", ({ reason }) => reason === "no answer");
  assert.deepEqual(node.connections[0].frames.map(({ type }) => type), ["ping", "ping", "ping"]);
  assert.equal(told.state.filter(({ state }) => state === "reconnecting").length, 1);
});

test("drain: the new connection is welcomed with all rooms before the old one is left", async () => {
  const node = await fakeNode({ onConnect: (_, index) => index === 0 });
  const { client, next, open, told } = subject(node, { rooms: ["a"] });
  await open();
  await client.join("b");
  const [first] = node.connections;
  first.send({ type: "drain", reconnect_after_ms: 5 });
  assert.deepEqual(await next("drain"), { reconnectAfterMs: 5 });
  const second = await node.connection(1);
  assert.deepEqual(second.query.getAll("room_id"), ["a", "b"]);
  first.push({ room_id: "a", message_id: "1" }); // not welcomed yet: the old one still counts
  await next("push");
  await client.ping(); // and still takes commands
  assert.equal(first.closedWith, null);
  second.welcome();
  await node.until(() => first.closedWith);
  assert.equal(first.closedWith, 1000);
  assert.deepEqual(told.state.map(({ state }) => state), ["open", "draining", "open"]);
  assert.deepEqual(told.gap, []);
  assert.equal(client.state, "open");
});

test("drain: the wait the node asks for is kept", async () => {
  const node = await fakeNode();
  const { open } = subject(node);
  await open();
  const from = performance.now();
  node.connections[0].send({ type: "drain", reconnect_after_ms: 150 });
  await node.connection(1);
  assert.ok(performance.now() - from >= 149);
});

test("drain: nothing is lost, doubled or reordered while both connections deliver", async () => {
  const node = await fakeNode({ onConnect: (_, index) => index === 0 });
  const { next, open, ids } = subject(node, { timing: { handoverMs: 200 } });
  await open();
  const [first] = node.connections;
  first.send({ type: "drain", reconnect_after_ms: 0 });
  first.push({ message_id: "1" });
  const second = await node.connection(1);
  first.push({ message_id: "2" });
  second.welcome();
  second.push({ message_id: "3" }); // the new one is ahead of the old
  second.push({ message_id: "4" });
  first.push({ message_id: "2" });
  first.push({ message_id: "3" });
  second.push({ message_id: "5" });
  await node.until(() => first.frames.some(({ type }) => type === "ping")); // asked whether that was all
  assert.equal(second.closedWith, null);
  await node.until(() => first.closedWith);
  second.push({ message_id: "6" });
  await next("push", ({ message_id }) => message_id === "6");
  assert.deepEqual(ids(), ["1", "2", "3", "4", "5", "6"]);
});

test("drain: what was on its way on the old connection before it is left still arrives", async () => {
  const node = await fakeNode({ onFrame: (connection, frame) => {
    if (frame.type === "ping" && connection === node.connections[0]) connection.push({ message_id: "late" });
    answer(connection, frame);
  } });
  const { open, ids, next } = subject(node);
  await open();
  node.connections[0].send({ type: "drain", reconnect_after_ms: 0 });
  await next("push", ({ message_id }) => message_id === "late");
  await node.until(() => node.connections[0].closedWith);
  assert.deepEqual(ids(), ["late"]);
});

test("drain: joins and leaves made meanwhile hold on the new connection", async () => {
  const node = await fakeNode({ onConnect: (_, index) => index === 0 });
  const { client, open } = subject(node, { rooms: ["a"] });
  await open();
  node.connections[0].send({ type: "drain", reconnect_after_ms: 0 });
  const second = await node.connection(1);
  await client.join("b");
  await client.leave("a");
  second.welcome();
  await node.until(() => second.rooms.has("b") && !second.rooms.has("a"));
  await node.until(() => node.connections[0].closedWith);
  assert.deepEqual(client.rooms, ["b"]);
});

test("drain: a new connection that fails is tried again while the old one goes on delivering", async () => {
  const node = await fakeNode({ onConnect: (connection, index) => { if (index === 1 || index === 2) { connection.ws.close(1013); return false; } } });
  const { open, next, told } = subject(node);
  await open();
  node.connections[0].send({ type: "drain", reconnect_after_ms: 0 });
  await node.connection(2);
  node.connections[0].push({ message_id: "1" });
  await next("push");
  await next("state", ({ sessionId }) => sessionId === "s-4");
  assert.deepEqual(told.state.map(({ state }) => state), ["open", "draining", "open"]);
  assert.deepEqual(told.gap, []);
});

test("drain: an old connection that ends too early is a gap, and the new one goes on opening", async () => {
  const node = await fakeNode({ onConnect: (_, index) => index === 0 });
  const { open, next, told } = subject(node);
  await open();
  node.connections[0].send({ type: "drain", reconnect_after_ms: 0 });
  const second = await node.connection(1);
  node.connections[0].ws.close(1001);
  await next("state", ({ state }) => state === "reconnecting");
  second.welcome();
  assert.deepEqual(await next("gap"), { dropped: null, reason: "disconnected" });
  assert.deepEqual(told.state.map(({ state }) => state), ["open", "draining", "reconnecting", "open"]);
  assert.equal(node.connections.length, 2);
});

test("drain: one after another leaves no connection behind", async () => {
  const node = await fakeNode({ onConnect: (connection, index) => { if (index === 1) { connection.welcome(); connection.send({ type: "drain", reconnect_after_ms: 0 }); return false; } } });
  const { open, next } = subject(node);
  await open();
  node.connections[0].send({ type: "drain", reconnect_after_ms: 0 });
  await next("state", ({ sessionId }) => sessionId === "s-3");
  await node.until(() => node.connections[0].closedWith && node.connections[1].closedWith);
  assert.equal(node.connections[2].closedWith, null);
});

test("close ends every connection and stays closed", async () => {
  const node = await fakeNode();
  const { client, open, told } = subject(node);
  await open();
  client.close();
  client.close();
  await node.until(() => node.connections[0].closedWith);
  assert.equal(node.connections[0].closedWith, 1000);
  assert.deepEqual(told.state.map(({ state }) => state), ["open", "closed"]);
});

test("a handler that throws disturbs neither the others nor the client", async (t) => {
  const logged = t.mock.method(console, "error", () => {});
  const node = await fakeNode();
  const { client, open, next } = subject(node);
  client.on("state", () => { throw new Error("mine"); });
  const off = client.on("push", () => assert.fail("removed"));
  off();
  await open();
  node.connections[0].push({ message_id: "1" });
  await next("push");
  assert.equal(logged.mock.callCount(), 1);
});

/** A client in the midst of a handover that does not end by itself: the first connection drained, the second welcomed. */
async function inHandover(options, script) {
  const node = await fakeNode(script);
  const told = subject(node, { ...options, timing: { handoverMs: 60_000, ...options?.timing } });
  await told.open();
  node.connections[0].send({ type: "drain", reconnect_after_ms: 0 });
  await told.next("state", ({ sessionId }) => sessionId === "s-2");
  return { node, ...told };
}

test("handover: what is held back comes at once when the old connection ends", async () => {
  const { node, next } = await inHandover();
  node.connections[1].push({ message_id: "held" });
  node.connections[0].ws.close(1001);
  await next("push", ({ message_id }) => message_id === "held");
});

test("handover: what is held back comes when the new connection is lost", async () => {
  const { node, next } = await inHandover();
  node.connections[1].push({ message_id: "held" });
  node.connections[1].ws.close(4100);
  await next("push", ({ message_id }) => message_id === "held");
});

test("handover: what is held back is bounded", async () => {
  const { node, next, ids } = await inHandover({ timing: { rememberIds: 2 } });
  for (const id of ["1", "2", "3"]) node.connections[1].push({ message_id: id });
  await next("push", ({ message_id }) => message_id === "3");
  assert.deepEqual(ids(), ["1", "2", "3"]);
});

test("handover: the old connection is left in the end even when the first new one was lost", async () => {
  const { node, next } = await inHandover({ timing: { handoverMs: 500 } });
  node.connections[1].ws.terminate();
  await next("state", ({ sessionId }) => sessionId === "s-3");
  await node.until(() => node.connections[0].closedWith === 1000);
});

test("handover: close ends both connections", async () => {
  const { node, client } = await inHandover();
  client.close();
  await node.until(() => node.connections.every(({ closedWith }) => closedWith === 1000));
});

test("handover: a command that was repeated on the new connection waits for the new one's answer", async () => {
  const node = await fakeNode({ onFrame: () => {} });
  const { client, open, next } = subject(node, { timing: { handoverMs: 60_000 } });
  await open();
  const join = client.join("a");
  await node.until(() => node.connections[0].frames.length === 1);
  node.connections[0].send({ type: "drain", reconnect_after_ms: 0 });
  await node.until(() => node.connections[1]?.frames.length === 1);
  const [{ id }] = node.connections[1].frames;
  node.connections[0].send({ type: "joined", id, room_id: "a" });
  node.connections[0].push({ message_id: "after" });
  await next("push");
  assert.deepEqual(client.rooms, []);
  node.connections[1].send({ type: "joined", id, room_id: "a" });
  await join;
  assert.deepEqual(client.rooms, ["a"]);
});

test("drain: an old connection that ends during the wait does not shorten it", async () => {
  const node = await fakeNode();
  const { open, next } = subject(node);
  await open();
  const from = performance.now();
  node.connections[0].send({ type: "drain", reconnect_after_ms: 150 });
  node.connections[0].ws.close(1001, "leaving");
  assert.deepEqual(await next("state", ({ state }) => state === "reconnecting"), { state: "reconnecting", code: 1001, reason: "leaving", retryInMs: null });
  await node.connection(1);
  assert.ok(performance.now() - from >= 149);
});

test("nothing is delivered after close", async () => {
  const node = await fakeNode();
  const { client, open, ids } = subject(node);
  client.on("push", () => client.close());
  await open();
  node.connections[0].push({ message_id: "1" });
  node.connections[0].push({ message_id: "2" });
  await node.until(() => node.connections[0].closedWith);
  assert.deepEqual(ids(), ["1"]);
});

test("commands that wait are bounded", async () => {
  const node = await fakeNode({ onConnect: () => false });
  const { client } = subject(node);
  const waiting = Array.from({ length: 1_000 }, (_, i) => client.join(`r${i}`).catch(({ code }) => code));
  await assert.rejects(client.join("one more"), { code: "UNAVAILABLE" });
  client.close();
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set(["CLOSED"]));
});
