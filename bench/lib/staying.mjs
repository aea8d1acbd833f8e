// Servers that stay up through all rounds of a scenario, as a server does: warmed up once under the scenario's own load, idle between
// their turns. What those that wait use meanwhile is in each result: it must be next to nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import { loadOn } from './fanout.mjs';
import { cpuBetween, cpuOf } from './processes.mjs';
import { jvmSplit } from './threads.mjs';

export const LONGEST = 30; // seconds of a JVM's warm-up
const OTHERS = 3; // seconds of the others'
const WARM = 0.02; // a JVM is warm when its compilers use less of one core than this, in
const IN_A_ROW = 2; // seconds that follow each other
const SETTLE = 500; // ms after a turn, in which its sockets are closed

/** Says each second whether a JVM's compilers have come to rest; pure. */
export function restWatch(threshold = WARM, needed = IN_A_ROW) {
  let calm = 0;
  return (share) => {
    calm = share < threshold ? calm + 1 : 0;
    return calm >= needed;
  };
}

/** Watches the server's compilers until they rest, or so many seconds. */
export async function untilWarm(pid, seconds) {
  const rests = restWatch();
  const began = performance.now();
  let share = NaN;
  for (let last = { cpu: cpuOf(pid), at: began }; performance.now() < began + seconds * 1000; ) {
    await sleep(1000);
    const now = { cpu: cpuOf(pid), at: performance.now() };
    share = jvmSplit(cpuBetween(last.cpu, now.cpu)).jit / ((now.at - last.at) / 1000);
    last = now;
    if (rests(share)) break;
  }
  return { warmUpS: (performance.now() - began) / 1000, jitShareAfter: share };
}

/** The warm-up by pushes: the scenario's load, without measuring. */
export async function warmUpByPushes(ctx, one, server, load) {
  const seconds = ctx.quick ? 2 : one.jvm ? LONGEST : OTHERS;
  const under = await loadOn(ctx, server, load, seconds);
  const found = one.jvm ? await untilWarm(server.pid, seconds) : { warmUpS: seconds };
  if (found.warmUpS > seconds - 2) await under.over;
  else await under.end();
  return found;
}

export const warmUpSeconds = (contenders, quick) => contenders.reduce((sum, one) => sum + (quick ? 4 : one.jvm ? LONGEST + 2 : OTHERS + 2), 0);

/** CPU so far; not a number of one that has crashed, which is its own turn's failure. */
function secondsOf(pid) {
  try {
    const { user, system } = cpuOf(pid);
    return user + system;
  } catch {
    return NaN;
  }
}

/**
 * Who makes its own messages as long as it runs is not among them: those programs end when they write to a socket that has gone, and
 * so are started for each turn.
 *
 * @param contenders whose servers these are, as in servers.mjs
 * @param startWith what start is given beside the context
 * @param warmUp (ctx, contender, server) → figures to be kept with each result
 */
export function staying(contenders, startWith, warmUp) {
  const up = new Map();
  const cpu = (id) => [...up].filter(([other]) => other !== id).reduce((sum, [, held]) => sum + secondsOf(held.server.pid), 0);
  const begin = async (ctx, one) => {
    const server = await one.start(ctx, startWith);
    const held = { server };
    up.set(one.id, held);
    held.warmedUp = await warmUp(ctx, one, server);
    await sleep(SETTLE);
    return held;
  };
  const end = async (id) => {
    const held = up.get(id);
    up.delete(id);
    await held?.server.stop();
  };
  return {
    /** Starts those that can be run, one after the other. */
    async open(ctx, ids, say) {
      for (const one of contenders.filter(({ id }) => ids.includes(id))) {
        say(`warming up ${one.label}`);
        await begin(ctx, one);
      }
    },
    /** A contender's turn. One that failed is started anew, and warmed up again. */
    async turn(ctx, one, measure) {
      const { server, warmedUp } = up.get(one.id) ?? (await begin(ctx, one));
      try {
        const [before, began] = [cpu(one.id), performance.now()];
        const result = await measure(server);
        const othersMsPerS = ((cpu(one.id) - before) * 1e6) / (performance.now() - began);
        await sleep(SETTLE);
        return { ...result, ...warmedUp, othersMsPerS };
      } catch (error) {
        await end(one.id);
        throw error;
      }
    },
    close: () => Promise.all([...up.keys()].map(end)),
  };
}
