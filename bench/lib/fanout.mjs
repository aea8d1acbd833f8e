// One measured run of pushes to sockets: opens them with wsload, warms the server up, and measures a stretch in which exactly so many
// messages were published, so that a lost one is noticed.
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { Process, cpuBetween, cpuOf, outputOf } from './processes.mjs';
import { jvmParts, jvmSplit } from './threads.mjs';

const SETTLE = 0.7; // seconds between the last message of the warm-up and the first that counts
const LATEST = 0.8; // seconds before the end of wsload's window, by which the last message must have been published
const DRAIN = 2; // seconds in which what was published may still arrive
const OWN_DRAIN = 1; // of a server that makes its own messages, where nothing is counted to the last one

function wsloadArgs(server, { sockets, rooms = 1, warm, secs, batch = 200 }) {
  const { port, path: target, sends = [] } = server.sockets;
  const args = ['--port', port, '--path', target, '--conns', sockets, '--mod', rooms, '--warm', warm, '--secs', secs, '--batch', batch];
  for (const send of sends) args.push('--send', send);
  return args.map(String);
}

/** Opens sockets and holds them: {opened: the line about it, result: a promise of wsload's JSON}. */
export async function openSockets(ctx, server, load) {
  const child = new Process('wsload', ctx.tool('wsload'), wsloadArgs(server, load), { log: ctx.log('wsload'), lines: true });
  if ((await child.line(120_000)) !== 'READY') throw new Error('wsload did not open its sockets');
  return {
    child,
    result: () => child.line((load.warm + load.secs + 60) * 1000).then(JSON.parse),
  };
}

function publisher(ctx, server, { rate, size, rooms = 1, secs }) {
  const { url, body } = server.push;
  // The independent publisher knows one target only; several rooms need one that takes turns.
  const tool = rooms === 1 ? path.join(ctx.peers, 'pub-http.mjs') : path.join(ctx.bench, 'lib', 'publish-rooms.mjs');
  const fill = (text) => (rooms === 1 ? text.replace('{m}', '0') : text);
  const args = [tool, fill(url), rate, size, secs, fill(body), ...(rooms === 1 ? [] : [rooms])].map(String);
  // Its counts go to standard error; 2>&1 makes them readable.
  return new Process('publisher', 'sh', ['-c', 'exec "$0" "$@" 2>&1', process.execPath, ...args], { log: ctx.log('publisher'), lines: true });
}

const publish = async (ctx, server, load) => JSON.parse((await outputOf(publisher(ctx, server, load))).at(-1));

/**
 * Publishes at a rate to sockets in rooms and measures.
 *
 * @param contender of which a server is started and stopped; see fanOutOf for one that is up
 */
export async function fanOut(ctx, contender, load, around) {
  const server = await contender.start(ctx, load);
  try {
    return await fanOutOf(ctx, server, { ...load, jvm: contender.jvm }, around);
  } finally {
    await server.stop();
  }
}

/**
 * The same for a server that is up.
 *
 * @param around begin(server) before and end() after what is measured; what end gives is in the result as "around"
 * @returns per delivery: cpuUs, userUs, systemUs; latency in ms; delivered and expected counts; threads' CPU-seconds
 */
export async function fanOutOf(ctx, server, load, around) {
  const { sockets, rooms = 1, warm, secs } = load;
  const window = Math.ceil(secs + (server.ownRate ? OWN_DRAIN : DRAIN)) + (around ? 4 : 0); // what stands around it takes its time first
  const open = await openSockets(ctx, server, { sockets, rooms, warm, secs: window });
  const began = performance.now();
  const at = (seconds) => sleep(Math.max(0, began + seconds * 1000 - performance.now()));
  if (!server.ownRate) await publish(ctx, server, { ...load, secs: Math.max(0.5, warm - SETTLE - 0.3) });
  const warmedLate = performance.now() > began + (warm - 0.2) * 1000; // its last messages would be counted
  await at(warm + 0.1);
  await around?.begin(server);
  const before = cpuOf(server.pid);
  const publishedFrom = performance.now();
  const published = server.ownRate ? await at(warm + 0.1 + secs) : await publish(ctx, server, load);
  const elapsed = (performance.now() - publishedFrom) / 1000;
  const late = warmedLate || (!server.ownRate && performance.now() > began + (warm + window - LATEST) * 1000);
  if (!server.ownRate) await at(warm + window - 0.2); // a server that fell behind pays for what it still does
  const cpu = cpuBetween(before, cpuOf(server.pid));
  const rest = await around?.end();
  const got = await open.result();
  await open.child.exited; // it closes its sockets
  return { ...figures(got, cpu, load, published, elapsed, window), late, threads: cpu.threads, ...(around && { around: rest }) };
}

/** Puts a load on a server for so long that it is warm: begins it, says when it is over, and ends it before that: whoever pushes too. */
export async function loadOn(ctx, server, load, secs) {
  const { sockets, rooms = 1 } = load;
  const open = await openSockets(ctx, server, { sockets, rooms, warm: 0, secs: secs + 1 });
  const pushes = server.ownRate ? null : publisher(ctx, server, { ...load, secs });
  return {
    over: Promise.all([pushes ? pushes.exited : sleep(secs * 1000), open.child.exited]),
    end: () => Promise.all([pushes?.stop(), open.child.stop()]),
  };
}

/** How long a run of a load takes. */
export const fanOutSeconds = (one, load) => load.warm + load.secs + (one.ownRate ? OWN_DRAIN : DRAIN) + 0.7;

/** What a JVM's CPU was used for: parts of the whole, and what its own code and its compilers took for each of what it was used on. */
export function splitOf(cpu, each) {
  const { program, jit } = jvmSplit(cpu);
  return { programUs: each(program), jitUs: each(jit), cpuParts: jvmParts(cpu) };
}

function figures(got, cpu, { sockets, rooms = 1, rate, secs, jvm }, published, elapsed, window) {
  // A server that makes its own messages sends through the whole window: its CPU was read over a part of it.
  const deliveries = published ? got.msgs : got.msgs * (elapsed / got.secs);
  const expected = published ? (published.ok * sockets) / rooms : rate * sockets * got.secs;
  const perDelivery = (seconds) => (seconds * 1e6) / deliveries;
  return {
    cpuUs: perDelivery(cpu.user + cpu.system),
    userUs: perDelivery(cpu.user),
    systemUs: perDelivery(cpu.system),
    ...(jvm && splitOf(cpu, perDelivery)),
    p50Ms: got.lat_us.p50 / 1000,
    p99Ms: got.lat_us.p99 / 1000,
    maxMs: got.lat_us.max / 1000,
    deliveriesPerS: published ? deliveries / Math.min(elapsed, window) : got.msgs / got.secs,
    delivered: got.msgs,
    part: Math.min(1, got.msgs / ((rate * sockets * (published ? secs : got.secs)) / rooms)),
    expected: Math.round(expected),
    audience: published ? sockets / rooms : 0,
    refused: published?.bad ?? 0,
    open: got.open,
    closed: got.closed + got.failed,
    clientCpuS: got.client_cpu_s,
    framesPerDelivery: got.frames / got.msgs,
  };
}

const IN_FLIGHT = 8; // connections of the publisher: so many pushes may be delivered and not yet answered when it ends

/** What a run lost: to the last delivery, where the pushes were counted; else against the offered rate, to 2 %. */
export function loss(result) {
  if (result.late) return 'the publisher could not keep its time: server or machine were overloaded';
  if (result.closed > 0) return `${result.closed} sockets failed or were closed`;
  if (result.refused > 0) return `${result.refused} pushes were refused`;
  const missing = result.expected - result.delivered;
  if (!result.audience) return missing > result.expected * 0.02 ? `${missing} of ${result.expected} deliveries missing` : null;
  if (missing > 0) return `${missing} of ${result.expected} deliveries missing`;
  if (missing % result.audience !== 0 || -missing > IN_FLIGHT * result.audience) return `${-missing} deliveries more than were pushed`;
  return null;
}
