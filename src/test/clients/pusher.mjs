// Pushes by gRPC, and a ledger of every call and every reply. Commands:
//   managers {managers: {name: "host:port"}}    opens a channel to each
//   push     {manager, target, api, ack, body, message_id, deadline_ms, …}   one call; resolves with {code, reply, details}
//   load     {lanes: [{manager, target, api, ack, count}], rate, seed, prefix}  resolves when every call has ended
//   stop     {}                                   every load ends with the calls that are under way
//   node     {address, request, metadata}       PushMessageBatch at a Connect-Node, past the managers
//   silence  {manager}                          a PushStream on which nothing is ever said: {code, details} of its end
//   progress {}                                  {calls, replies, codes}
//   recent   {}                                  of the unary calls that ended since it was asked last: {calls, failed, p99_ms}
// target: {room} | {user} | {room, user} (api "server" only) | {all: true}; api: "unary", "stream", or "server" (PushServer).
// A lane is one caller: it begins a call when the one before has been answered; with api "stream" it does not wait.
// With {overlap: true} a unary lane does not wait either.
// A unary lane with fail_over: [manager…] repeats a call that failed, with its message_id, at these in turn until one takes
// it; a stream lane with fail_over opens another stream there when its own ends, and sends there what has no good reply yet; cut_off_ms: [least, most] is the deadline of each first attempt; padding: so many bytes more in each body. {gave_up} counts calls that nobody took.
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { fileURLToPath } from 'node:url';
import { ledgerWritten, now, record, serve } from './line-commands.mjs';
import { seeded } from './random.mjs';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const { pubsub, protocol } = grpc.loadPackageDefinition(
  loadSync([file('contract.proto'), file('broadcast.proto')], { keepCase: true, longs: Number, enums: String, defaults: false, arrays: true }),
);
const channelOptions = { 'grpc.initial_reconnect_backoff_ms': 50, 'grpc.max_reconnect_backoff_ms': 500 };
const credentials = grpc.credentials.createInsecure();
const managers = new Map();
const counts = { calls: 0, replies: 0, codes: {}, repeated: 0, gave_up: 0 };
let lastPush = 0;
let recent = [];
let stopped = false;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function manager(name) {
  const found = managers.get(name);
  if (!found) throw new Error(`no manager ${name}`);
  return found;
}

function began({ manager: name, target, api, ack, body, messageId, stream, n, exclude }) {
  const push = `p${++lastPush}`;
  counts.calls++;
  record({ k: 'call', push, manager: name, target, api, ack, body, message_id: messageId, stream, n, exclude, t: now() });
  return push;
}

function ended(push, code, reply, details) {
  counts.replies++;
  counts.codes[code] = (counts.codes[code] ?? 0) + 1;
  record({ k: 'reply', push, code, reply, details, t: now() });
}

function request({ target, ack = 'ACCEPTED', body, messageId, exclude = [], content, options = {} }) {
  const common = { content: content ?? { type: 'TEXT', data: body }, options: { message_id: messageId, ack, ...options } };
  if (target.room !== undefined) return { kind: 'room', message: { room_id: target.room, exclude_user_ids: exclude, ...common } };
  if (target.user !== undefined) return { kind: 'user', message: { user_id: target.user, ...common } };
  return { kind: 'broadcast', message: common };
}

const METHODS = { room: 'PushToRoom', user: 'PushToUser', broadcast: 'BroadcastMessage' };

/** One call; never rejects: a failure is a code. */
function call(wanted) {
  const { service, server } = manager(wanted.manager);
  const options = { deadline: Date.now() + (wanted.deadlineMs ?? 10_000) };
  return new Promise((resolve) => {
    const push = began(wanted);
    const begun = now();
    const done = (error, reply) => {
      const code = error?.code ?? 0;
      recent.push({ code, took: now() - begun });
      ended(push, code, reply, error?.details);
      resolve({ code, reply, details: error?.details, status_details: statusDetails(error) });
    };
    if (wanted.api === 'server') {
      const { room, user } = wanted.target;
      server.Broadcast({ proto: { ver: 1, op: 5, seq: lastPush, roomid: room, userid: user, body: Buffer.from(wanted.body) } }, options, done);
    } else {
      const { kind, message } = request(wanted);
      service[METHODS[kind]](message, options, done);
    }
  });
}

/** The types of the error details, and the text of each, without knowing their messages. */
function statusDetails(error) {
  const raw = error?.metadata?.get('grpc-status-details-bin')?.[0];
  return raw === undefined ? undefined : Buffer.from(raw).toString('latin1').replace(/[^ -~]+/g, ' ');
}

const REPEATS = 60;

/** Its calls end at most ten seconds after it. */
async function overlappingLane(lane, pace) {
  const underWay = new Set();
  for (let n = 0; n < lane.count; n++) {
    await pace(n);
    if (stopped) break;
    const body = `${lane.prefix}-${n}`;
    const one = call({ ...lane, n: undefined, body, messageId: body }).then(() => underWay.delete(one));
    underWay.add(one);
  }
  await Promise.all(underWay);
}

async function unaryLane(lane, pace, random) {
  const { fail_over: failOver = [], cut_off_ms: [least, most] = [10_000, 10_000] } = lane;
  for (let n = 0; n < lane.count; n++) {
    await pace(n);
    if (stopped) break;
    const body = `${lane.prefix}-${n}` + (lane.padding ? '-' + 'x'.repeat(lane.padding) : '');
    const wanted = { ...lane, n: undefined, body, messageId: lane.api === 'server' ? undefined : `${lane.prefix}-${n}` };
    let { code } = await call({ ...wanted, deadlineMs: least + random() * (most - least) });
    for (let again = 0; code !== 0 && failOver.length > 0 && again < REPEATS; again++) {
      if (again >= failOver.length) await sleep(100);
      counts.repeated++;
      ({ code } = await call({ ...wanted, manager: failOver[again % failOver.length] }));
    }
    if (code !== 0) counts.gave_up++;
  }
}

async function streamLane(lane, pace) {
  const pending = new Map();
  const stream = manager(lane.manager).service.PushStream();
  const over = new Promise((resolve) => {
    stream.on('data', (reply) => {
      const push = pending.get(reply.correlation_id);
      pending.delete(reply.correlation_id);
      ended(push ?? `unasked-${reply.correlation_id}`, reply.status?.code ?? 0, reply, reply.status?.message);
    });
    stream.on('end', () => {});
    stream.on('error', (error) => resolve(error));
    stream.on('status', (status) => resolve(status));
  });
  for (let n = 0; n < lane.count; n++) {
    await pace(n);
    if (stopped) break;
    const body = `${lane.prefix}-${n}`;
    const wanted = { ...lane, body, messageId: body, stream: lane.prefix, n };
    const { kind, message } = request(wanted);
    const push = began(wanted);
    pending.set(push, push);
    if (!stream.write({ [kind]: message, correlation_id: push })) {
      await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), over]);
    }
  }
  stream.end();
  const status = await over;
  for (const push of pending.values()) ended(push, status.code || 2, undefined, 'no reply on the stream');
}

/** One stream after another, at the managers in turn; what one has not answered, or not well, is sent again by the next. */
async function movingStreamLane(lane, pace) {
  const managers = [lane.manager, ...lane.fail_over];
  const again = [];
  let next = 0;
  for (let turn = 0; turn < REPEATS; turn++) {
    const left = await streamAt(managers[turn % managers.length], `${lane.prefix}/${turn}`);
    if (!left) return;
    await sleep(100);
  }
  counts.gave_up += again.length + Math.max(0, lane.count - next);

  async function streamAt(name, streamName) {
    const pending = new Map();
    let over = false;
    const stream = manager(name).service.PushStream();
    const ending = new Promise((resolve) => {
      stream.on('data', (reply) => {
        const code = reply.status?.code ?? 0;
        const n = pending.get(reply.correlation_id);
        pending.delete(reply.correlation_id);
        ended(reply.correlation_id, code, reply, reply.status?.message);
        if (code !== 0) again.push(n);
      });
      stream.on('error', () => {}); // its status follows
      stream.on('status', (status) => {
        over = true;
        resolve(status);
      });
    });
    const isLeft = () => again.length > 0 || (next < lane.count && !stopped);
    for (let position = 0; !over && isLeft(); position++) {
      const repeated = again.length > 0;
      if (!repeated) await Promise.race([pace(next), ending]);
      if (over || (!repeated && stopped)) break;
      const n = repeated ? again.shift() : next++;
      counts.repeated += repeated ? 1 : 0;
      const body = `${lane.prefix}-${n}`;
      const wanted = { ...lane, manager: name, body, messageId: body, stream: streamName, n: position };
      const { kind, message } = request(wanted);
      const push = began(wanted);
      pending.set(push, n);
      if (!stream.write({ [kind]: message, correlation_id: push })) {
        await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), ending]);
      }
    }
    if (!over) stream.end();
    const status = await ending;
    for (const [push, n] of pending) {
      ended(push, status.code || 2, undefined, 'no reply on the stream');
      again.push(n);
    }
    return isLeft();
  }
}

serve({
  async managers({ managers: wanted }) {
    for (const [name, address] of Object.entries(wanted)) {
      managers.set(name, {
        service: new pubsub.PushManagerService(address, credentials, channelOptions),
        server: new protocol.PushServer(address, credentials, channelOptions),
      });
    }
    return {};
  },

  async push({ message_id: messageId, deadline_ms: deadlineMs, ...rest }) {
    const answer = await call({ api: 'unary', ...rest, messageId, deadlineMs });
    await ledgerWritten();
    return answer;
  },

  // The rate is over all lanes; each lane keeps its own beat, moved by the seed.
  async load({ lanes, rate, seed, prefix = 'load' }) {
    stopped = false;
    const random = seeded(seed);
    const started = now();
    const interval = (lanes.length / rate) * 1_000_000;
    await Promise.all(
      lanes.map((lane, index) => {
        const offset = random() * interval;
        const pace = async (n) => {
          const wait = started + offset + n * interval - now();
          if (wait > 1_000) await sleep(wait / 1_000);
        };
        const full = { ack: 'ACCEPTED', api: 'unary', ...lane, prefix: `${prefix}-${index}` };
        const inStreams = full.fail_over ? movingStreamLane : streamLane;
        return (full.api === 'stream' ? inStreams : full.overlap ? overlappingLane : unaryLane)(full, pace, seeded(seed + 1 + index));
      }),
    );
    await ledgerWritten();
    return { ...counts, took_ms: Math.round((now() - started) / 1_000) };
  },

  stop() {
    stopped = true;
    return {};
  },

  node({ address, request: message, metadata = {} }) {
    const client = new pubsub.ConnectNodeService(address, credentials);
    const headers = new grpc.Metadata();
    for (const [key, value] of Object.entries(metadata)) headers.set(key, value);
    return new Promise((resolve) => {
      client.PushMessageBatch(message, headers, { deadline: Date.now() + 5_000 }, (error, reply) => {
        client.close();
        resolve({ code: error?.code ?? 0, reply, details: error?.details });
      });
    });
  },

  silence({ manager: name }) {
    const stream = manager(name).service.PushStream();
    return new Promise((resolve) => {
      stream.on('data', () => {});
      stream.on('error', (error) => resolve({ code: error.code, details: error.details }));
      stream.on('end', () => resolve({ code: 0 }));
    });
  },

  recent() {
    const calls = recent.sort((a, b) => a.took - b.took);
    recent = [];
    const p99 = calls[Math.ceil(0.99 * calls.length) - 1];
    return { calls: calls.length, failed: calls.filter(({ code }) => code !== 0).length, p99_ms: p99 && p99.took / 1_000 };
  },

  async progress() {
    await ledgerWritten();
    return { ...counts };
  },
});
