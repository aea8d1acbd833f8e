import { cpuBetween, cpuOf } from '../lib/processes.mjs';
import { jvmParts } from '../lib/threads.mjs';
import { drive, holds, ourStack, seedAlone, seedStack } from '../lib/stacks.mjs';

const STEP = 1.06; // between two rates that are tried for the highest one
const SHORT = 0.75; // of the time for which CPU is read: for where there is nothing but to hold, or a median to take
const DRIVE = 1; // more seconds for each run of the driver: its own warm-up, and until all has settled

/**
 * A manager in front of 1, 4 or 16 nodes that only count, 128 B, one unary PushServer.Broadcast a push on both sides, by the seed's driver.
 * The processes stay up through all rounds; the rounds alternate.
 */
const manager = (nodes) => ({ quick }) => {
  const secs = quick ? 1 : 2;
  const target = { 1: { min: 10 }, 16: { min: 15 } }[nodes]; // of the CPU; without one it is not measured
  const sides = {
    seed: { label: 'Go seed', start: (ctx) => seedStack(ctx, nodes), alone: seedAlone, missing: (ctx) => ctx.missing('seed') },
    ours: { label: 'Push-Manager', start: (ctx) => ourStack(ctx, nodes), alone: (ctx) => ourStack(ctx, 0), missing: missingForOurs },
  };
  const contenders = Object.entries(sides).map(([id, side]) => ({
    id,
    label: side.label,
    missing: side.missing,
    seconds: (secs + DRIVE) * (target ? (id === 'ours' ? 4 : 2) : 1) + (secs * SHORT + DRIVE) * 3,
    measure: (ctx) => measure(ctx, side, { secs, ofCpu: Boolean(target) }, sides),
  }));
  return {
    id: `nodes-${nodes}`,
    title: `Manager to ${nodes} ${nodes === 1 ? 'node' : 'nodes'}, 128 B`,
    contenders,
    once: 2 * (quick ? 20 : target ? 45 : 30), // warm-up and first search
    figure: target ? { key: 'cpuPerNodeUs', label: 'manager CPU, µs a push and node' } : { key: 'cpuUs', label: 'manager CPU, µs a push' },
    loss: (result) => result.lost,
    rows: [
      ...(target
        ? [
            { what: 'manager CPU for the nodes, Go seed / ours', side: 'seed', ours: 'cpuPerNodeUs', of: 'ours', target },
            { what: 'the same, both at the seed’s rate', side: 'seed', ours: 'cpuPerNodeUs', of: 'ours', theirs: 'cpuPerNodeAtSeedRateUs' },
          ]
        : []),
      { what: 'manager CPU a push in all, Go seed / ours', side: 'seed', ours: 'cpuUs', of: 'ours' },
      { what: 'highest rate without drops / Go seed', ours: 'highest', of: 'seed', target: { min: 5 } },
      { what: 'p50 call to receipt at 5 % load / Go seed', ours: 'p50Us', of: 'seed', target: { max: 1 } },
    ],
    profile: (ctx, around) => profile(ctx, sides.ours, around, { secs, ofCpu: false }),
    close: () => Promise.all(Object.values(sides).map(stop)),
  };
};

function missingForOurs(ctx) {
  const reason = ctx.missing('seed') ?? ctx.missing('etcd');
  return reason && `no driver or etcd: ${reason}`;
}

async function measure(ctx, side, { secs, ofCpu }, sides) {
  if (!side.highest) await begin(ctx, side, { secs, ofCpu });
  const { stack, empty } = side;
  const highest = await climb(ctx, side, secs * SHORT);
  const rate = 0.6 * side.highest;
  const cpu = cpuOf(stack.pid);
  const busy = await drive(ctx, stack, { rate, secs });
  const used = cpuBetween(cpu, cpuOf(stack.pid));
  const calm = await drive(ctx, stack, { rate: 0.05 * side.highest, secs: secs * SHORT });
  const result = {
    highest,
    rate,
    cpuUs: busy.manager_cpu_us_per_push,
    p50Us: calm.receipt_us.p50,
    p99Us: calm.receipt_us.p99,
    lost: lost(busy) ?? lost(calm),
    ...(side === sides.ours && { cpuParts: jvmParts(used), threads: used.threads }),
    reports: { busy, calm },
  };
  if (!ofCpu) return result;
  const perNode = (loaded, bare) => (loaded.manager_cpu_us_per_push - bare.manager_cpu_us_per_push) / stack.nodeStats.length;
  const alone = await drive(ctx, empty, { rate, secs });
  Object.assign(result, { aloneUs: alone.manager_cpu_us_per_push, cpuPerNodeUs: perNode(busy, alone) });
  result.reports.alone = alone;
  if (side === sides.ours && sides.seed.highest) {
    const rateOfSeed = 0.6 * sides.seed.highest;
    const loaded = await drive(ctx, stack, { rate: rateOfSeed, secs });
    const bare = await drive(ctx, empty, { rate: rateOfSeed, secs });
    result.cpuPerNodeAtSeedRateUs = perNode(loaded, bare);
    Object.assign(result.reports, { atSeedRate: loaded, aloneAtSeedRate: bare });
  }
  return result;
}

/** At the rate at which CPU is measured. */
async function profile(ctx, side, around, how) {
  if (!side.highest) await begin(ctx, side, how);
  await around.begin(side.stack);
  await drive(ctx, side.stack, { rate: 0.6 * side.highest, secs: around.secs });
  return { around: await around.end() };
}

/** Starts both, and warms them up for the JIT compilers: full speed, then a pace. The seed gets the same. */
async function begin(ctx, side, { secs, ofCpu }) {
  const long = ctx.quick ? 2 : 6;
  await stop(side); // what an attempt that failed has left
  side.stack = await side.start(ctx);
  await drive(ctx, side.stack, { rate: 0, warm: 0, secs: long });
  const highest = await search(ctx, side.stack, secs * SHORT);
  const pace = { rate: 0.3 * highest, warm: 0, secs: long };
  await drive(ctx, side.stack, pace);
  if (ofCpu) {
    side.empty = await side.alone(ctx);
    await drive(ctx, side.empty, { rate: 0, warm: 0, secs: long });
    await drive(ctx, side.empty, pace);
  }
  side.highest = highest;
}

const stop = (side) => Promise.all([side.stack?.stop(), side.empty?.stop()]);

function lost(report) {
  const at = `at ${Math.round(report.rate_per_s)} pushes/s`;
  if (report.lost > 0) return `${report.lost} dropped or failed ${at}`;
  return report.reconciled ? null : `pushes unaccounted for ${at}`;
}

/** About the highest rate that holds, from the rate of a closed loop, by halving the distance; the rounds climb from there. */
async function search(ctx, stack, secs) {
  let rate = (await drive(ctx, stack, { rate: 0, secs })).delivered_per_node_per_s * 1.1;
  let low = 0;
  let high = Infinity;
  for (let tries = 0; tries < (ctx.quick ? 4 : 8) && high / low > 1.2; tries++) {
    if (holds(await drive(ctx, stack, { rate, secs }))) low = rate;
    else high = rate;
    if (high === Infinity) rate = low * 1.35;
    else rate = low === 0 ? high / 1.35 : Math.sqrt(low * high);
  }
  if (low === 0) throw new Error(`not even ${Math.round(high)} pushes/s hold`);
  return low;
}

/** Once more around what held before: a step up if it still holds, else down. This round's highest. */
async function climb(ctx, side, secs) {
  let rate = side.highest;
  let best = 0;
  let failed = false;
  const most = ctx.quick ? 1 : 2;
  for (let tries = 0; (tries < most || (!best && tries < 4)) && !(failed && best); tries++) {
    if (holds(await drive(ctx, side.stack, { rate, secs }))) {
      best = rate;
      rate *= STEP;
    } else {
      failed = true;
      rate /= STEP;
    }
  }
  side.highest = best || rate;
  return best || NaN;
}

export const nodes1 = manager(1);
export const nodes4 = manager(4);
export const nodes16 = manager(16);
