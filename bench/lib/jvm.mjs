// What a running JVM tells about its heap and its garbage, through the tools of its own JDK.
import fs from 'node:fs';
import path from 'node:path';
import { run } from './processes.mjs';

const tool = (ctx, name) => path.join(path.dirname(ctx.java), name);
const jcmd = (ctx, pid, ...args) => run('jcmd', tool(ctx, 'jcmd'), [String(pid), ...args], { log: ctx.log('jcmd') });

/** What nobody needs any more is not left to be collected while something is measured. */
export const collect = (ctx, pid) => jcmd(ctx, pid, 'GC.run');

/** Bytes of live objects: after two full collections, since the first may only have queued what has a finalizer or cleaner. */
export async function liveHeap(ctx, pid) {
  await collect(ctx, pid);
  await collect(ctx, pid);
  const used = /used (\d+)K/.exec((await jcmd(ctx, pid, 'GC.heap_info')).join('\n'));
  return Number(used[1]) * 1024;
}

const SETTINGS = `<?xml version="1.0" encoding="UTF-8"?>
<configuration version="2.0">
  <event name="jdk.ThreadAllocationStatistics"><setting name="enabled">true</setting><setting name="period">everyChunk</setting></event>
</configuration>
`;

/**
 * Counts what threads allocate from now on; the JVM's own counters per thread, to the byte, by Flight Recorder.
 *
 * @returns a function that ends it: bytes of each group of threads
 */
export async function allocation(ctx, pid) {
  const settings = path.join(ctx.folder('jfr'), 'allocation.jfc');
  const recording = path.join(ctx.folder('jfr'), `${pid}.jfr`);
  fs.writeFileSync(settings, SETTINGS);
  await jcmd(ctx, pid, 'JFR.start', 'name=allocation', `settings=${settings}`, 'disk=true');
  return async () => {
    await jcmd(ctx, pid, 'JFR.stop', 'name=allocation', `filename=${recording}`);
    const json = await run('jfr', tool(ctx, 'jfr'), ['print', '--json', '--events', 'jdk.ThreadAllocationStatistics', recording], {
      log: ctx.log('jfr'),
    });
    fs.rmSync(recording);
    return perThreadGroup(JSON.parse(json.join('\n')).recording.events.map((event) => event.values));
  };
}

/** First and last reading of each thread; one that began meanwhile began at nothing. */
export function perThreadGroup(readings) {
  const threads = new Map();
  const began = readings.reduce((least, one) => (one.startTime < least ? one.startTime : least), '9');
  for (const { startTime, allocated, thread } of readings) {
    const id = thread.javaThreadId + ':' + thread.osThreadId;
    const known = threads.get(id) ?? { name: thread.javaName ?? thread.osName, first: startTime, from: allocated, to: allocated };
    if (startTime < known.first) Object.assign(known, { first: startTime, from: allocated });
    known.to = Math.max(known.to, allocated);
    known.from = Math.min(known.from, allocated);
    threads.set(id, known);
  }
  const groups = {};
  for (const { name, first, from, to } of threads.values()) {
    const group = (name ?? 'unnamed').replace(/[-#_ ]*\d+$/, '');
    const isNew = Date.parse(first) - Date.parse(began) > 500;
    groups[group] = (groups[group] ?? 0) + to - (isNew ? 0 : from);
  }
  return groups;
}
