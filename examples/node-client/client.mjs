// Pushes numbered messages to a room, a hundred a second, through whichever managers are there.
import grpc from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Managers } from './managers.mjs';
import { retryDelayMs } from './retry-info.mjs';

const PAUSE_MS = 10;
const ATTEMPT_MS = 2_000;
const GIVE_UP_MS = 30_000;
const FIRST_BACK_OFF_MS = 20;
const MAX_BACK_OFF_MS = 1_000;

// What another manager may well take. Of other failures, a retry helps where the manager says when.
const WORTH_REPEATING = new Set([grpc.status.UNAVAILABLE, grpc.status.DEADLINE_EXCEEDED]);

// Pushes once, however often it takes, and resolves with how often it repeated: every attempt carries the same message_id,
// so that one which failed on its way back and is repeated at another manager still reaches each client once.
async function push(managers, room, text) {
  const request = {
    room_id: room,
    content: { type: 'TEXT', data: text },
    options: { message_id: randomUUID() },
  };
  const giveUpAt = Date.now() + GIVE_UP_MS;
  let backOffMs = FIRST_BACK_OFF_MS;
  for (let repeated = 0; ; repeated++) {
    try {
      const stub = await managers.stub();
      await call(stub, request);
      return repeated;
    } catch (error) {
      const askedMs = retryDelayMs(error);
      const delayMs = askedMs ?? Math.random() * backOffMs;
      const isWorthRepeating = askedMs !== undefined || WORTH_REPEATING.has(error.code);
      if (!isWorthRepeating || Date.now() + delayMs > giveUpAt) throw error;
      console.error(`${text} is repeated: ${error.message}`);
      await sleep(delayMs);
      backOffMs = Math.min(2 * backOffMs, MAX_BACK_OFF_MS);
    }
  }
}

function call(stub, request) {
  return new Promise((resolve, reject) => {
    stub.PushToRoom(request, { deadline: Date.now() + ATTEMPT_MS }, (error, reply) => (error ? reject(error) : resolve(reply)));
  });
}

const [where, room, count] = process.argv.slice(2);
if (!where || !room || !(Number(count) >= 0)) {
  console.error('usage: node client.mjs MANAGERS ROOM COUNT\nMANAGERS: host:port,host:port or etcd://host:port');
  process.exit(2);
}
const managers = new Managers(where);
let repeated = 0;
for (let i = 1; i <= Number(count); i++) {
  repeated += await push(managers, room, `message ${i}`);
  await sleep(PAUSE_MS);
}
managers.close();
console.log(`pushed ${count}, repeated ${repeated}`);
