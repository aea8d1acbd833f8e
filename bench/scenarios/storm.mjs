import { setTimeout as sleep } from 'node:timers/promises';
import { openSockets, splitOf } from '../lib/fanout.mjs';
import { cpuBetween, cpuOf } from '../lib/processes.mjs';
import { centrifugo, npmWs, ours } from '../lib/servers.mjs';
import { LONGEST, restWatch, staying, warmUpSeconds } from '../lib/staying.mjs';

const CALM = 0.1; // part of a storm's CPU that the compilers may use when a JVM counts as warm
const MEASURED = { hold: 1, restMs: 1000 }; // seconds for which all are there, and until all have left
const HURRIED = { hold: 0, restMs: 200 }; // a dozen storms and more is what the compilers need
const OTHERS = 2; // storms before the first that counts, for those without such compilers

/** Everybody comes back at once: 10,000 connections, each with its join, as fast as they are let in. */
export default function storm({ quick }) {
  const sockets = quick ? 500 : 10_000;
  const peers = [npmWs, centrifugo];
  const all = [ours, ...peers];
  // Whoever makes its own messages makes one in a quarter of an hour here.
  const servers = staying(all, { rate: 0.001, size: 128 }, (ctx, one, server) => warmUp(ctx, one, server, sockets));
  return {
    id: 'storm',
    title: `Connection storm, ${sockets.toLocaleString('en')}`,
    contenders: all.map((one) => ({
      id: one.id,
      label: one.label,
      seconds: quick ? 4 : 6,
      measure: (ctx) => servers.turn(ctx, one, (server) => comeAndGo(ctx, server, sockets, one.jvm)),
    })),
    once: warmUpSeconds(all, quick),
    ...servers,
    profile: (ctx, around) => servers.turn(ctx, ours, (server) => again(ctx, server, sockets, around)),
    figure: { key: 'cpuUs', label: 'server CPU, µs a join' },
    loss: (result) => (result.open === sockets ? null : `${sockets - result.open} of ${sockets} joins failed`),
    rows: [
      ...peers.map((peer) => ({ what: `CPU a join / ${peer.label}`, ours: 'cpuUs', of: peer.id, target: { max: 1 } })),
      ...peers.map((peer) => ({ what: `time until all have joined / ${peer.label}`, ours: 'connectS', of: peer.id })),
      { what: 'joins a second', ours: 'joinsPerS' },
    ],
  };
}

/** Storms until the compilers rest, or for so many seconds. */
async function warmUp(ctx, one, server, sockets) {
  const rests = restWatch(CALM);
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let storms = 0;
  for (let warm = false; !warm && elapsed() < (ctx.quick ? 2 : LONGEST); storms++) {
    const { jitUs, cpuUs } = await comeAndGo(ctx, server, sockets, one.jvm, HURRIED);
    warm = one.jvm ? rests(jitUs / cpuUs) : storms + 1 >= OTHERS;
  }
  return { warmUpS: elapsed(), warmUpStorms: storms };
}

/** Storms for so many seconds, with something around all of them. */
async function again(ctx, server, sockets, around) {
  await around.begin(server);
  const began = performance.now();
  let result;
  while (performance.now() - began < around.secs * 1000) result = await comeAndGo(ctx, server, sockets, true);
  return { ...result, around: await around.end() };
}

async function comeAndGo(ctx, server, sockets, jvm, { hold, restMs } = MEASURED) {
  const before = cpuOf(server.pid);
  const open = await openSockets(ctx, server, { sockets, rooms: sockets / 100, batch: 500, warm: 0, secs: hold });
  await sleep(300); // the last ones' answers
  const cpu = cpuBetween(before, cpuOf(server.pid));
  const got = await open.result();
  await open.child.exited;
  await sleep(restMs);
  const aJoin = (seconds) => (seconds * 1e6) / sockets;
  return {
    open: got.open,
    connectS: got.connect_s,
    joinsPerS: sockets / got.connect_s,
    cpuUs: aJoin(cpu.user + cpu.system),
    userUs: aJoin(cpu.user),
    systemUs: aJoin(cpu.system),
    ...(jvm && splitOf(cpu, aJoin)),
    threads: cpu.threads,
  };
}
