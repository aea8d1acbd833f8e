import { setTimeout as sleep } from 'node:timers/promises';
import { openSockets } from '../lib/fanout.mjs';
import { liveHeap } from '../lib/jvm.mjs';
import { cpuBetween, cpuOf, rssBytes } from '../lib/processes.mjs';
import { centrifugo, ours } from '../lib/servers.mjs';
import { jvmParts } from '../lib/threads.mjs';
import { together } from '../lib/together.mjs';

const PING = '10s'; // both sides' default is 25 s
const MEASURE_HEAP = 20; // seconds, of which the collections need one or two, and one side's sockets may open before the other's

/**
 * Sockets that nobody writes to, for two pings each: what a connection costs that only exists. Both servers at once,
 * since neither takes more than a few hundredths of a core: what disturbs one disturbs the other.
 */
export default function idle({ quick }) {
  const sockets = quick ? 1000 : 19_000;
  const secs = quick ? 3 : 21; // two pings each
  const warm = quick ? 2 : 11; // one ping each: a JVM compiles what a ping needs when it first needs it often
  const ourOwn = { ...ours, start: (ctx) => ours.start(ctx, { env: { PM_NODE_MAX_CONNECTIONS: sockets + 200, PM_NODE_PING_INTERVAL: PING } }) };
  const theirOwn = { ...centrifugo, start: (ctx) => centrifugo.start(ctx, { config: { ping_interval: PING } }) };
  return {
    id: 'idle',
    title: `${sockets.toLocaleString('en')} idle sockets, pinged every 10 s`,
    contenders: together(
      [
        { ...ourOwn, seconds: secs + warm + 15 },
        { ...theirOwn, seconds: 0 },
      ],
      (ctx, present) => measure(ctx, present, { sockets, warm, secs }),
    ),
    figure: { key: 'cpuMsPerS', label: 'server CPU, ms a second' },
    loss: (result) => (result.open === sockets ? null : `${sockets - result.open} of ${sockets} sockets were not open at the end`),
    rows: [
      { what: 'heap a connection, KiB', ours: 'heapKiB', target: { max: 6 } },
      { what: 'CPU / Centrifugo', ours: 'cpuMsPerS', of: 'centrifugo', target: { max: 0.5 } },
      { what: 'resident memory a connection / Centrifugo', ours: 'rssKiB', of: 'centrifugo' },
      { what: 'resident memory a connection, KiB', ours: 'rssKiB' },
      { what: 'CPU, ms a second', ours: 'cpuMsPerS' },
    ],
  };
}

async function measure(ctx, present, { sockets, warm, secs }) {
  const held = [];
  try {
    for (const one of present) held.push(await begin(ctx, one));
    const load = { sockets, warm, secs: secs + MEASURE_HEAP };
    await Promise.all(held.map(async (one) => {
      one.open = await openSockets(ctx, one.server, load);
      one.closing = performance.now() + (warm + load.secs) * 1000;
    }));
    await sleep(warm * 1000);
    const before = held.map(({ server }) => cpuOf(server.pid));
    await sleep(secs * 1000);
    const cpu = held.map(({ server }, i) => cpuBetween(before[i], cpuOf(server.pid)));
    const results = {};
    // All is read before anybody's end is waited for: by then the sockets of a side that opened them earlier are closed.
    for (const one of held) one.memory = await memoryOf(ctx, one);
    for (const [i, one] of held.entries()) results[one.id] = await figures(one, cpu[i], secs, sockets);
    return results;
  } finally {
    await Promise.all(held.map(({ server }) => server.stop()));
  }
}

/** A server, and what it took without its sockets. */
async function begin(ctx, one) {
  const server = await one.start(ctx);
  try {
    // A few sockets first: what the first ones load and cache is no cost of each of the others.
    const first = await openSockets(ctx, server, { sockets: 200, warm: 0, secs: 1 });
    await first.result();
    await sleep(500);
    const heapBefore = one.jvm ? await liveHeap(ctx, server.pid) : NaN;
    return { id: one.id, jvm: one.jvm, server, heapBefore, rssBefore: rssBytes(server.pid) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function memoryOf(ctx, { jvm, server, closing }) {
  const rss = rssBytes(server.pid);
  const heap = jvm ? await liveHeap(ctx, server.pid) : NaN;
  if (performance.now() > closing) throw new Error('the sockets were closed before all was read: the machine is overloaded');
  return { rss, heap };
}

async function figures({ jvm, heapBefore, rssBefore, open, memory: { rss, heap } }, cpu, secs, sockets) {
  const got = await open.result();
  return {
    open: got.open,
    connectS: got.connect_s,
    cpuMsPerS: ((cpu.user + cpu.system) * 1000) / secs,
    userMsPerS: (cpu.user * 1000) / secs,
    heapBefore,
    heapOpen: heap,
    heapKiB: (heap - heapBefore) / sockets / 1024,
    rssKiB: (rss - rssBefore) / sockets / 1024,
    threads: cpu.threads,
    ...(jvm && { cpuParts: jvmParts(cpu) }),
  };
}
