import { collect, liveHeap } from '../lib/jvm.mjs';
import { RoutingLoad, aPush, aSecond, costAPush, lossOf, nodesAPush, routingManager, sumOf } from '../lib/routing.mjs';

const MODES = { interest: 'by interest', broadcast: 'broadcast' };
const SOME = [2, 8, 32, 64];
const ENDS = [2, 64];
const MANY = 1_000;
const BUSY = [2, 64, MANY];
const WARM_SLICE = 2; // seconds of warm-up, after each of which the compilers are looked at
const LONGEST = 12; // seconds of it for one mode and number of nodes
const RESTING = 20_000; // µs a second of compiling: 2 % of a core
const ROOMS = 16_000; // the same rooms whatever the number of nodes

/**
 * A manager for each way of routing, in front of nodes that only count; each room is at one of them. One PushStream pushes 128 B to the
 * rooms in turn at a fixed rate, which no part of it is busy with, and stands still before, between and after: what the manager uses then is
 * taken off. By interest it pushes at a higher rate too, at which nothing is. Then, once, a table of a million rooms and a million users.
 */
export default function routing({ quick }) {
  const calm = quick ? { rate: 300, rest: 0.5, warm: 0.2, secs: 0.5, times: 1 } : { rate: 500, rest: 1, warm: 0.3, secs: 1, times: 2 };
  const many = { ...calm, times: 2 * calm.times }; // what is taken off is more than what is left
  const broad = { ...calm, times: 1 };
  const busy = { rate: quick ? 1_000 : 4_000, warm: 0.5, secs: quick ? 0.5 : 1.5 };
  const table = quick ? { rooms: 100_000, users: 100_000 } : { rooms: 1_000_000, users: 1_000_000 };
  const stage = new Stage();
  const contender = (mode, nodes, load) => ({
    id: idOf(mode, nodes, load.rate),
    label: `${nodes.toLocaleString('en')} nodes, ${MODES[mode]}${load === busy ? `, ${load.rate.toLocaleString('en')}/s` : ''}`,
    seconds: secondsOf(load) + (load === many ? 8 : load === calm ? 3 : 0), // who comes first has the nodes changed
    missing: (ctx) => ctx.missing('etcd'),
    measure: (ctx) => stage.orNothing(() => measure(ctx, stage, mode, nodes, load)),
  });
  const points = (mode, counts, { rate }) => counts.map((nodes) => [idOf(mode, nodes, rate), nodes]);
  const slope = (what, over, more) => ({ what, ours: 'cpuUs', over, from: 2, to: over.at(-1)[1], ...more });
  const at = (mode, nodes) => idOf(mode, nodes, calm.rate);
  const often = busy.rate.toLocaleString('en');
  return {
    id: 'routing',
    title: 'Routing by interest, each room at one of 2 to 1,000 nodes',
    once: quick ? 20 : 55,
    contenders: [
      ...SOME.flatMap((nodes) => [
        contender('interest', nodes, calm),
        ...(BUSY.includes(nodes) ? [contender('interest', nodes, busy)] : []),
        ...(ENDS.includes(nodes) ? [contender('broadcast', nodes, broad)] : []),
      ]),
      contender('interest', MANY, many),
      contender('interest', MANY, busy),
      {
        id: 'ours-table',
        label: 'table',
        rounds: 1,
        seconds: quick ? 12 : 25,
        missing: (ctx) => ctx.missing('etcd'),
        measure: (ctx) => stage.orNothing(() => measureTable(ctx, stage, table)),
      },
    ],
    open: (ctx, _, say) => stage.orNothing(() => stage.up(ctx, say)),
    close: () => stage.close(),
    figure: { key: 'cpuUs', label: 'manager CPU, µs a push' },
    loss: (result) => result.lost,
    rows: [
      slope('manager CPU a push at 64 nodes / at 2', points('interest', SOME, calm), { target: { max: 1.25 } }),
      slope('manager CPU a push at 1,000 nodes / at 2', points('interest', [...SOME, MANY], calm), { target: { max: 1.5 } }),
      slope(`all that the manager used, at ${calm.rate} pushes a second: 64 / 2`, points('interest', SOME, calm), { ours: 'withRestUs' }),
      slope(`all that the manager used, at ${calm.rate} pushes a second: 1,000 / 2`, points('interest', [...SOME, MANY], calm), { ours: 'withRestUs' }),
      slope(`all that the manager used, at ${often} pushes a second: 64 / 2`, points('interest', ENDS, busy), { ours: 'withRestUs' }),
      slope(`all that the manager used, at ${often} pushes a second: 1,000 / 2`, points('interest', BUSY, busy), { ours: 'withRestUs' }),
      slope('broadcast, manager CPU a push at 64 nodes / at 2', points('broadcast', ENDS, calm)),
      { what: 'manager CPU a push at 64 nodes, by interest / broadcast', side: at('interest', 64), ours: 'cpuUs', of: at('broadcast', 64) },
      { what: 'nodes a push goes to, of 64', side: at('interest', 64), ours: 'nodesAPush', target: { max: 1 } },
      { what: 'nodes a push goes to, of 1,000', side: at('interest', MANY), ours: 'nodesAPush', target: { max: 1 } },
      { what: 'nodes a push goes to, of 64, broadcast', side: at('broadcast', 64), ours: 'nodesAPush' },
      { what: 'bytes of table for a room or user at a node', side: 'ours-table', ours: 'bytesAPair', target: { max: 48 } },
      { what: 'bytes of live heap for it, with all that came with it', side: 'ours-table', ours: 'heapBytesAPair', target: { max: 48 } },
      { what: 'rooms and users in a table with -Xmx1g', side: 'ours-table', ours: 'pairs', ...(!quick && { target: { min: 2_000_000 } }) },
      { what: 'MiB of heap in use with them', side: 'ours-table', ours: 'heapMiB' },
    ],
  };
}

const secondsOf = ({ rest = 0, warm, secs, times = 1 }) => times * (warm + secs) + (rest && (times + 1) * (warm + rest)) + 0.5;

const idOf = (mode, nodes, rate) => `ours-${mode}-${nodes}-at-${rate}`;

/** What stays up through all rounds, and what stands on it now. */
class Stage {
  /** Once, and warm. */
  async up(ctx, say = () => {}) {
    if (this.load) return;
    this.ctx = ctx;
    this.load = new RoutingLoad(ctx);
    this.managers = {};
    for (const mode of Object.keys(MODES)) this.managers[mode] = await routingManager(ctx, mode);
    say('warming up');
    await warmUp(ctx, this);
  }

  /** So many nodes and no others. The manager that broadcasts is not measured with many. */
  async nodes(count) {
    if (this.count === count) return;
    this.count = undefined;
    const { interest, broadcast } = this.managers;
    const managers = count === MANY ? [interest] : [interest, broadcast];
    await this.load.become({ nodes: count, rooms: ROOMS }, managers);
    for (const { pid } of managers) await collect(this.ctx, pid);
    this.count = count;
  }

  push(mode, what) {
    const { grpc, pid } = this.managers[mode];
    return this.load.ask({ push: grpc, pid, rooms: ROOMS, ...what });
  }

  /** What has failed leaves nothing behind: the next turn begins with new processes, which are warmed up too. */
  async orNothing(attempt) {
    try {
      return await attempt();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close() {
    const { load, managers = {} } = this;
    this.load = this.count = undefined;
    await Promise.all([load, ...Object.values(managers)].map((one) => one?.stop()));
  }
}

/** At a rate at which the JIT compilers soon have all they want, until they rest. */
async function warmUp(ctx, stage) {
  for (const nodes of [MANY, 8, 64]) {
    await stage.nodes(nodes);
    for (const [mode, rate] of nodes === MANY ? [['interest', 2_000]] : [['interest', 4_000], ['broadcast', 8_000 / nodes]]) {
      for (let seconds = 0, rests = false; !rests && seconds < (ctx.quick ? 1 : LONGEST); seconds += WARM_SLICE) {
        const { loads } = await stage.push(mode, { rate, warm: 0, secs: WARM_SLICE });
        rests = aSecond(loads, 'compilers_us') < RESTING;
      }
    }
  }
}

async function measure(ctx, stage, mode, nodes, load) {
  await stage.up(ctx);
  await stage.nodes(nodes);
  const { read } = stage.managers[mode];
  const metrics = await read();
  const said = await stage.push(mode, load);
  const { loads, rests } = said;
  return {
    ...(load.rest && { cpuUs: costAPush(said), restMsPerS: (aSecond(rests, 'cpu_us') - aSecond(rests, 'compilers_us')) / 1_000 }),
    withRestUs: aPush(loads, 'cpu_us'),
    nodesAPush: nodesAPush(metrics, await read()),
    lost: lossOf(said, mode === 'broadcast' ? nodes : 1),
    jitUs: aPush(loads, 'compilers_us'),
    gcUs: aPush(loads, 'collector_us'),
    said,
  };
}

/** One node after the other says what it holds; then a second of pushes, which must each find their node. */
async function measureTable(ctx, stage, { rooms, users }) {
  await stage.up(ctx);
  const manager = await routingManager(ctx, 'interest', { jvm: ['-Xmx1g'] });
  try {
    const before = await liveHeap(ctx, manager.pid);
    stage.count = undefined;
    await stage.load.become({ nodes: 10, rooms, users }, [manager]);
    const metrics = await manager.read();
    const said = await stage.load.ask({ push: manager.grpc, pid: manager.pid, rate: 500, rooms, warm: 0, secs: 1 });
    const [pairs, bytes] = ['entries', 'table_bytes'].map((name) => sumOf(metrics, `push_manager_interest_${name}`));
    const heap = await liveHeap(ctx, manager.pid); // after the pushes: with what they have loaded
    return {
      pairs,
      bytesAPair: bytes / pairs,
      heapBytesAPair: (heap - before) / pairs,
      tableMiB: bytes / 2 ** 20,
      heapMiB: heap / 2 ** 20,
      heapBeforeMiB: before / 2 ** 20,
      nodesAPush: nodesAPush(metrics, await manager.read()),
      lost: lossOf(said, 1),
      said,
    };
  } finally {
    await stage.load.become({ nodes: 0, rooms: 0 }, []).finally(() => manager.stop());
  }
}
