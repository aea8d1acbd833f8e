import { setTimeout as sleep } from 'node:timers/promises';
import { openSockets } from '../lib/fanout.mjs';
import { compilers, cpuBetween, cpuOf } from '../lib/processes.mjs';
import { centrifugo, npmWs, ours } from '../lib/servers.mjs';

/** Everybody comes back at once: 10,000 connections, each with its join, as fast as they are let in. */
export default function storm({ quick }) {
  const sockets = quick ? 500 : 10_000;
  const peers = [npmWs, centrifugo];
  return {
    id: 'storm',
    title: `Connection storm, ${sockets.toLocaleString('en')}`,
    contenders: [ours, ...peers].map((one) => ({ ...one, seconds: one.jvm ? 20 : 8, measure: (ctx) => measure(ctx, one, sockets) })),
    figure: { key: 'cpuUs', label: 'server CPU, µs a join' },
    loss: (result) => (result.open === sockets ? null : `${sockets - result.open} of ${sockets} joins failed`),
    rows: [
      ...peers.map((peer) => ({ what: `CPU a join / ${peer.label}`, ours: 'cpuUs', of: peer.id, target: { max: 1 } })),
      ...peers.map((peer) => ({ what: `time until all have joined / ${peer.label}`, ours: 'connectS', of: peer.id })),
      { what: 'joins a second', ours: 'joinsPerS' },
    ],
  };
}

async function measure(ctx, one, sockets) {
  // Whoever makes its own messages makes one in a quarter of an hour here.
  const server = await one.start(ctx, { rate: 0.001, size: 128 });
  try {
    const joins = { rooms: sockets / 100, batch: 500, warm: 0, secs: 1 };
    // A server that has been up for a while: as many have come and gone, three times where a JIT compiler needs it.
    for (let earlier = 0; earlier < (one.jvm && !ctx.quick ? 3 : 1); earlier++) {
      await (await openSockets(ctx, server, { ...joins, sockets })).result();
    }
    await sleep(1000);
    const before = cpuOf(server.pid);
    const open = await openSockets(ctx, server, { ...joins, sockets });
    await sleep(300); // the last ones' answers
    const cpu = cpuBetween(before, cpuOf(server.pid));
    const got = await open.result();
    return {
      open: got.open,
      connectS: got.connect_s,
      joinsPerS: sockets / got.connect_s,
      cpuUs: ((cpu.user + cpu.system) * 1e6) / sockets,
      userUs: (cpu.user * 1e6) / sockets,
      systemUs: (cpu.system * 1e6) / sockets,
      jitUs: (compilers(cpu) * 1e6) / sockets,
      threads: cpu.threads,
    };
  } finally {
    await server.stop();
  }
}
