import { setTimeout as sleep } from 'node:timers/promises';
import { openSockets } from '../lib/fanout.mjs';
import { liveHeap } from '../lib/jvm.mjs';
import { cpuBetween, cpuOf, rssBytes } from '../lib/processes.mjs';
import { centrifugo, ours } from '../lib/servers.mjs';

const MEASURE_HEAP = 6; // seconds, of which the collections need one or two

/** Sockets that nobody writes to, for a little more than one ping each: what a connection costs that only exists. */
export default function idle({ quick }) {
  const sockets = quick ? 1000 : 19_000;
  const secs = quick ? 3 : 26; // both sides ping every 25 s
  const warm = quick ? 2 : 4;
  const ourOwn = { ...ours, start: (ctx) => ours.start(ctx, { env: { PM_NODE_MAX_CONNECTIONS: sockets + 200 } }) };
  return {
    id: 'idle',
    title: `${sockets.toLocaleString('en')} idle sockets, pinged`,
    contenders: [ourOwn, centrifugo].map((one) => ({
      ...one,
      seconds: secs + warm + 14,
      measure: (ctx) => measure(ctx, one, { sockets, warm, secs }),
    })),
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

async function measure(ctx, one, { sockets, warm, secs }) {
  const server = await one.start(ctx);
  try {
    const { jvm } = one;
    // A few sockets first: what the first ones load and cache is no cost of each of the others.
    const first = await openSockets(ctx, server, { sockets: 200, warm: 0, secs: 1 });
    await first.result();
    await sleep(500);
    const heapBefore = jvm ? await liveHeap(ctx, server.pid) : NaN;
    const rssBefore = rssBytes(server.pid);
    const open = await openSockets(ctx, server, { sockets, warm, secs: secs + MEASURE_HEAP });
    await sleep(warm * 1000);
    const before = cpuOf(server.pid);
    await sleep(secs * 1000);
    const cpu = cpuBetween(before, cpuOf(server.pid));
    const rss = rssBytes(server.pid);
    const heap = jvm ? await liveHeap(ctx, server.pid) : NaN; // while they are open
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
    };
  } finally {
    await server.stop();
  }
}
