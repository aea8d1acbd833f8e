// The clients themselves, against a server of WebSockets and one of gRPC that are not the product either.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { WebSocketServer } from 'ws';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'push-manager-clients-'));
const users = new Map();
const connected = []; // the path of each
let calls = 0;
let webSockets, grpcServer, grpcAddress;

before(async () => {
  webSockets = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  webSockets.on('connection', (ws, request) => {
    const query = new URL(request.url, 'ws://test').searchParams;
    users.set(query.get('user_id'), ws);
    connected.push(new URL(request.url, 'ws://test').pathname);
    ws.send(JSON.stringify({ type: 'welcome', node_id: 'n1', user_id: query.get('user_id'), rooms: query.getAll('room_id') }));
    ws.on('message', (text) => {
      const { id, type, room_id } = JSON.parse(text);
      ws.send(JSON.stringify({ id, room_id, type: { ping: 'pong', join: 'joined', leave: 'left' }[type] }));
    });
  });
  const { pubsub } = grpc.loadPackageDefinition(loadSync(join(here, 'contract.proto'), { keepCase: true, enums: String }));
  const reply = (message) => ({ message_id: message.options.message_id, nodes_targeted: 1, nodes_accepted: 1 });
  grpcServer = new grpc.Server();
  grpcServer.addService(pubsub.PushManagerService.service, {
    PushToRoom: (call, done) => {
      calls++;
      done(null, reply(call.request));
    },
    PushToUser: (call, done) => done({ code: grpc.status.RESOURCE_EXHAUSTED, details: 'full' }),
    BroadcastMessage: (call, done) => done(null, reply(call.request)),
    PushStream: (call) => {
      call.on('data', ({ room, correlation_id }) => call.write({ ...reply(room), correlation_id }));
      call.on('end', () => call.end());
    },
  });
  const port = await new Promise((resolve, reject) =>
    grpcServer.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound)));
  grpcAddress = `127.0.0.1:${port}`;
});

after(() => {
  grpcServer.forceShutdown();
  webSockets.close();
  for (const ws of webSockets.clients) ws.terminate();
  rmSync(folder, { recursive: true });
});

/** A step that is over when something has come about. */
const until = (so) => async () => {
  while (!so()) await new Promise((resolve) => setTimeout(resolve, 2));
};

/** Starts a client, sends the commands one after the other (after one that is `later` at once), and returns its answers and its ledger. */
async function run(script, steps) {
  const ledger = join(folder, `${script}-${Math.floor(performance.now())}.ndjson`);
  const child = spawn(process.execPath, [script, ledger], { cwd: here, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answers = [];
  let sent = 0;
  for (const step of steps) {
    if (typeof step === 'function') {
      await step();
      continue;
    }
    child.stdin.write(JSON.stringify({ id: ++sent, ...step }) + '\n');
    while (!step.later && answers.length < sent) answers.push(JSON.parse((await lines.next()).value));
  }
  child.stdin.end();
  await new Promise((resolve) => child.on('close', resolve));
  const entries = readFileSync(ledger, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  return { answers, entries };
}

test('sockets.mjs records every frame in its order, and what ended a socket', async () => {
  const url = `ws://127.0.0.1:${webSockets.address().port}/ws`;
  const push = (data) => JSON.stringify({ type: 'push', message_id: data, room_id: 'r', content: { type: 'TEXT', data } });
  const { answers, entries } = await run('sockets.mjs', [
    { cmd: 'open', sockets: [{ socket: 's1', url, user: 'alice', rooms: ['r'] }, { socket: 's2', url, user: 'bob' }] },
    () => ['one', 'two', 'two'].forEach((data) => users.get('alice').send(push(data))),
    { cmd: 'send', socket: 's2', frame: { type: 'join', room_id: 'r2' } },
    { cmd: 'flush' },
    () => users.get('bob').close(4100, 'slow'),
    { cmd: 'flush' },
    { cmd: 'stats' },
  ]);
  assert.deepEqual(answers.map((answer) => answer.error), Array(5).fill(undefined));
  assert.deepEqual(answers[0].nodes, { n1: 2 });
  assert.equal(answers[2].answered, 2);
  const of = (socket, kind) => entries.filter((entry) => entry.socket === socket && entry.k === kind);
  assert.deepEqual(of('s1', 'push').map((entry) => [entry.body, entry.message_id, entry.room]), [
    ['one', 'one', 'r'], ['two', 'two', 'r'], ['two', 'two', 'r'],
  ]);
  assert.equal(of('s2', 'join-sent').length, 1);
  assert.equal(of('s2', 'joined')[0].room, 'r2');
  assert.equal(of('s2', 'closed')[0].code, 4100);
  assert.deepEqual(of('s1', 'welcome')[0].rooms, ['r']);
});

test('sockets.mjs says which socket was not welcomed', async () => {
  const { answers } = await run('sockets.mjs', [
    { cmd: 'open', sockets: [{ socket: 's1', url: 'ws://127.0.0.1:1/ws', user: 'alice' }] },
  ]);
  assert.match(answers[0].error, /s1 was not welcomed/);
});

test('pusher.mjs records every call with its reply, unary and streamed', async () => {
  const { answers, entries } = await run('pusher.mjs', [
    { cmd: 'managers', managers: { m1: grpcAddress } },
    { cmd: 'push', manager: 'm1', target: { user: 'alice' }, body: 'hi', message_id: 'id-1' },
    { cmd: 'load', seed: 1, rate: 1000, lanes: [
      { manager: 'm1', target: { room: 'r' }, count: 5 },
      { manager: 'm1', target: { room: 'q' }, count: 5, api: 'stream' },
    ] },
  ]);
  assert.equal(answers[1].code, grpc.status.RESOURCE_EXHAUSTED);
  assert.deepEqual(answers[2].codes, { 0: 10, 8: 1 });
  const calls = entries.filter((entry) => entry.k === 'call');
  const replies = entries.filter((entry) => entry.k === 'reply');
  assert.deepEqual(calls.map((entry) => entry.push).sort(), replies.map((entry) => entry.push).sort());
  assert.deepEqual(calls.filter((entry) => entry.stream).map((entry) => entry.n), [0, 1, 2, 3, 4]);
  for (const { push, t } of calls) assert.ok(t <= replies.find((entry) => entry.push === push).t);
});

test('churn.mjs opens, joins, leaves and ends connections, and leaves the last of each client open', async () => {
  const url = `ws://127.0.0.1:${webSockets.address().port}/ws`;
  const before = connected.length;
  const { answers, entries } = await run('sockets.mjs', [
    { cmd: 'churn', clients: 5, rooms: 8, users: 3, nodes: { n1: url }, steps: 6, pause_ms: [0, 4], seed: 7 },
    until(() => connected.length >= before + 40),
    { cmd: 'calm' },
    { cmd: 'flush' },
  ]);
  assert.deepEqual(answers.map((answer) => answer.error), Array(3).fill(undefined));
  const [, calm, flush] = answers;
  assert.ok(calm.open <= 5 && calm.opened > 10, JSON.stringify(calm));
  assert.equal(flush.answered, calm.open);
  const count = (kind) => entries.filter((entry) => entry.k === kind).length;
  assert.equal(count('welcome'), calm.opened);
  assert.equal(count('closed'), calm.opened - calm.open);
  assert.equal(calm.cut + calm.closed + calm.broken, calm.opened - calm.open);
  assert.equal(count('left'), calm.leaves);
  assert.ok(calm.cut > 0 && calm.closed > 0 && calm.joins > 0 && calm.leaves > 0, JSON.stringify(calm));
});

test('churn.mjs goes where it is told', async () => {
  const url = `ws://127.0.0.1:${webSockets.address().port}/ws`;
  const { entries } = await run('sockets.mjs', [
    { cmd: 'churn', clients: 1, rooms: 2, users: 1, nodes: { n1: `${url}/first` }, steps: 1, pause_ms: [0, 1], seed: 7 },
    { cmd: 'nodes', nodes: { n2: `${url}/second` } },
    until(() => connected.includes('/ws/second')),
    { cmd: 'calm' },
  ]);
  const urls = entries.filter((entry) => entry.k === 'opening').map((entry) => entry.url);
  assert.equal(urls[0], `${url}/first`);
  assert.equal(urls.at(-1), `${url}/second`);
});

/** A node that can be told to drain, with a /health. */
async function node(name, { healthy = () => true, welcomes = () => true } = {}) {
  const server = createServer((request, response) => response.writeHead(healthy() ? 200 : 503).end('{}'));
  const sockets = new WebSocketServer({ server });
  const log = [];
  sockets.on('connection', (ws, request) => {
    const query = new URL(request.url, 'ws://test').searchParams;
    log.push(`open ${query.get('user_id')} ${query.getAll('room_id')}`);
    ws.on('close', (code) => log.push(`close ${query.get('user_id')} ${code}`));
    ws.on('message', (text) => {
      const { id, type } = JSON.parse(text);
      if (type === 'ping') log.push(`ping ${query.get('user_id')}`);
      ws.send(JSON.stringify({ id, type: 'pong' }));
    });
    if (welcomes()) ws.send(JSON.stringify({ type: 'welcome', node_id: name, user_id: query.get('user_id'), rooms: query.getAll('room_id') }));
    else ws.close(1013);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drain = (afterMs) => [...sockets.clients].forEach((ws) => ws.send(JSON.stringify({ type: 'drain', reconnect_after_ms: afterMs })));
  const push = (data) => [...sockets.clients].forEach((ws) => ws.send(JSON.stringify({ type: 'push', message_id: data, content: { type: 'TEXT', data } })));
  const close = () => (sockets.clients.forEach((ws) => ws.terminate()), server.close());
  return { url: `ws://127.0.0.1:${server.address().port}/ws`, log, drain, push, close };
}

test('movers.mjs is welcomed elsewhere before it leaves, at the time it was given, where the node is healthy', async () => {
  let refusals = 2;
  const first = await node('n1');
  const sick = await node('n2', { healthy: () => false });
  const third = await node('n3', { welcomes: () => refusals-- <= 0 });
  const drained = async () => first.drain(150);
  const { answers, entries } = await run('sockets.mjs', [
    { cmd: 'movers', clients: [{ name: 'c', user: 'u', rooms: ['a', 'b'], node: 'n1' }], handover_ms: 30,
      nodes: { n1: first.url, n2: sick.url, n3: third.url } },
    drained,
    until(() => first.log.length === 3),
    { cmd: 'settle' },
    { cmd: 'flush' },
  ]);
  for (const one of [first, sick, third]) one.close();
  assert.deepEqual(answers.map((answer) => answer.error), Array(3).fill(undefined));
  assert.deepEqual(first.log, ['open u a,b', 'ping u', 'close u 1000']);
  assert.deepEqual(sick.log, []);
  assert.equal(answers[1].moves, 1);
  assert.equal(answers[1].cut_short, 0);
  assert.equal(answers[1].open, 1);
  const at = (kind, socket) => entries.find((entry) => entry.k === kind && entry.socket === socket).t;
  assert.ok(at('opening', 'c~1') - at('drain', 'c~0') >= 149_000);
  assert.ok(at('welcome', 'c~3') < at('closed', 'c~0'));
});

test('movers.mjs has clients that use the product\'s own, and writes down what their connections brought and they showed', async () => {
  const first = await node('n1');
  const second = await node('n2');
  const { answers, entries } = await run('sockets.mjs', [
    { cmd: 'movers', clients: [{ name: 'c', user: 'u', rooms: ['a'], node: 'n1', library: true }], handover_ms: 20, nodes: { n1: first.url, n2: second.url } },
    async () => first.push('one'),
    async () => first.drain(100),
    until(() => first.log.includes('close u 1000')),
    { cmd: 'settle' },
    async () => second.push('two'),
    { cmd: 'flush' },
    { cmd: 'settle' },
  ]);
  first.close();
  second.close();
  assert.deepEqual(answers.map((answer) => answer.error), Array(4).fill(undefined));
  assert.deepEqual(answers[3], { id: 4, moves: 1, retries: 0, cut_short: 0, amiss: 0, open: 1 });
  assert.equal(answers[2].answered, 1);
  assert.deepEqual(entries.map(({ k, socket }) => `${k} ${socket}`), [
    'opening c~0', 'welcome c~0', 'push c~0', 'drain c~0', 'opening c~1', 'welcome c~1', 'closed c~0', 'push c~1', 'flushed c~1',
  ]);
});

test('movers.mjs counts a connection that ended before it was left, and goes elsewhere', async () => {
  const first = await node('n1');
  const second = await node('n2');
  const { answers } = await run('sockets.mjs', [
    { cmd: 'movers', clients: [{ name: 'c', user: 'u', rooms: [], node: 'n1' }], handover_ms: 0, nodes: { n1: first.url, n2: second.url } },
    async () => first.close(),
    until(() => second.log.length === 1),
    { cmd: 'settle' },
  ]);
  second.close();
  assert.equal(answers[1].cut_short, 1);
  assert.equal(answers[1].open, 1);
});

test('pusher.mjs goes on in another stream where one ends, with what was not answered well', async () => {
  const { pubsub } = grpc.loadPackageDefinition(loadSync(join(here, 'contract.proto'), { keepCase: true, enums: String }));
  const leaving = new grpc.Server();
  let items = 0;
  leaving.addService(pubsub.PushManagerService.service, {
    PushStream: (call) => call.on('data', ({ correlation_id }) => {
      items++;
      if (items === 2) call.write({ correlation_id, status: { code: grpc.status.UNAVAILABLE, message: 'draining' } });
      else if (items < 4) call.write({ correlation_id });
      else call.emit('error', { code: grpc.status.UNAVAILABLE, details: 'draining' }); // the fourth stays unanswered
    }),
  });
  const port = await new Promise((resolve, reject) =>
    leaving.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))));
  const { answers, entries } = await run('pusher.mjs', [
    { cmd: 'managers', managers: { m1: `127.0.0.1:${port}`, m2: grpcAddress } },
    { cmd: 'load', seed: 1, rate: 200, lanes: [{ manager: 'm1', target: { room: 'r' }, count: 8, api: 'stream', fail_over: ['m2'] }] },
  ]);
  leaving.forceShutdown();
  assert.equal(answers[1].gave_up, 0);
  const calls = entries.filter((entry) => entry.k === 'call');
  const good = entries.filter((entry) => entry.k === 'reply' && entry.code === 0);
  const taken = good.map(({ push }) => calls.find((entry) => entry.push === push).body);
  assert.deepEqual(taken.sort(), Array.from({ length: 8 }, (_, n) => `load-0-${n}`));
  assert.equal(new Set(calls.map(({ stream }) => stream)).size, 2);
});

test('pusher.mjs ends its loads when told to stop', async () => {
  const before = calls;
  const { answers } = await run('pusher.mjs', [
    { cmd: 'managers', managers: { m1: grpcAddress } },
    { cmd: 'load', seed: 1, rate: 100, lanes: [{ manager: 'm1', target: { room: 'r' }, count: 100_000, overlap: true }], later: true },
    until(() => calls > before + 3),
    { cmd: 'stop' },
    { cmd: 'load', seed: 1, rate: 1000, lanes: [{ manager: 'm1', target: { room: 'r' }, count: 5 }] },
  ]);
  const first = answers.find(({ id }) => id === 2);
  assert.ok(first.calls > 3 && first.calls < 100_000, JSON.stringify(first));
  assert.equal(answers.find(({ id }) => id === 4).calls, first.calls + 5);
});
