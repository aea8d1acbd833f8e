import { allocation } from '../lib/jvm.mjs';
import { fanOut, loss } from '../lib/fanout.mjs';
import { pushManager } from '../lib/servers.mjs';
import { drive, etcd, ourStack } from '../lib/stacks.mjs';

/** What is allocated: by the node for a delivery, by the manager for a push and each further node. Own processes for each role. */
export default function garbage({ quick }) {
  const load = quick
    ? { sockets: 200, rate: 150, size: 128, warm: 3, secs: 2 }
    : { sockets: 1000, rate: 150, size: 128, warm: 8, secs: 5 };
  // To the manager: so few that each goes alone, and 60 % of what one bears with 16 nodes ("nodes-16"), where they share batches.
  const rates = [
    { key: 'bytes', rate: 500 },
    { key: 'bytesBusy', rate: quick ? 2_000 : 24_000 },
  ];
  const contender = (id, label, seconds, measure) => ({ id, label, seconds, measure, missing: (ctx) => ctx.missing('etcd') });
  const behind = (nodes) => ({
    ...contender(`ours-${nodes}`, `manager, ${nodes === 1 ? '1 node' : `${nodes} nodes`}`, quick ? 15 : 28, (ctx) => managerOf(ctx, nodes, rates, quick)),
    missing: (ctx) => ctx.missing('etcd') ?? ctx.missing('seed'),
  });
  return {
    id: 'garbage',
    title: 'Bytes allocated',
    rounds: 3, // nobody to compare with, and the counters are exact
    contenders: [contender('ours', 'node', load.warm + load.secs + 7, (ctx) => node(ctx, load)), behind(1), behind(16)],
    figure: { key: 'bytes', label: `bytes allocated a delivery (node) or push (manager, ${rates[0].rate} pushes/s)` },
    loss: (result) => result.lost,
    rows: [
      { what: 'bytes a delivery, node', ours: 'bytes', target: { max: 8 } },
      ...rates.flatMap(({ key, rate }) => {
        const at = `at ${rate.toLocaleString('en')} pushes/s`;
        return [
          { what: `bytes a push more for each further node, manager, ${at}`, side: 'ours-16', ours: key, less: 'ours-1', by: 15, target: { max: 250 } },
          { what: `bytes a push in front of one node, manager, ${at}`, side: 'ours-1', ours: key },
        ];
      }),
    ],
  };
}

/** One room on a node of its own; its manager is another process, whose garbage does not count here. */
async function node(ctx, load) {
  const store = await etcd(ctx);
  const env = { ETCD_ENDPOINTS: store.endpoint };
  let manager;
  let ended;
  const both = {
    async start() {
      manager = await pushManager(ctx, 'push-manager', { env });
      const held = await pushManager(ctx, 'connect-node', { env: { ...env, GRPC_PORT: undefined } });
      return {
        pid: held.child.pid,
        sockets: { port: held.http, path: '/ws?user_id=u{i}&room_id=room-{m}' },
        push: { url: `http://127.0.0.1:${manager.grpc}/v1/push`, body: '{"room_id":"room-{m}","content":{"type":"TEXT","data":"%"}}' },
        async stop() {
          await Promise.all([held.child.stop(), manager.child.stop()]);
          await store.stop();
        },
      };
    },
  };
  const result = await fanOut(ctx, both, load, {
    begin: async (server) => {
      ended = await allocation(ctx, server.pid);
    },
    end: () => ended(),
  });
  const groups = result.around;
  return { bytes: total(groups) / result.delivered, groups, delivered: result.delivered, lost: loss(result) };
}

/** The first recording costs the JVM seconds of CPU, once: it is the one at the lower rate. */
async function managerOf(ctx, nodes, rates, quick) {
  const stack = await ourStack(ctx, nodes);
  try {
    await drive(ctx, stack, { rate: 0, warm: 0, secs: quick ? 2 : 4 });
    const result = { at: {}, lost: null };
    for (const { key, rate } of rates) {
      await drive(ctx, stack, { rate, secs: quick ? 1 : 2 });
      const ended = await allocation(ctx, stack.pid);
      const report = await drive(ctx, stack, { rate, warm: 0, secs: quick ? 1 : 5 });
      const groups = await ended();
      result[key] = total(groups) / report.received;
      result.at[rate] = { groups, pushes: report.received, p99Us: report.receipt_us.p99 };
      if (report.lost > 0 || !report.reconciled) result.lost ??= `${report.lost} pushes lost at ${rate} pushes/s`;
    }
    return result;
  } finally {
    await stack.stop();
  }
}

/** Without what the JVM does for itself: Flight Recorder, jcmd, the compilers. */
function total(groups) {
  return Object.entries(groups)
    .filter(([name]) => !/JFR|Attach|Compiler|Signal|Recorder/.test(name))
    .reduce((sum, [, bytes]) => sum + bytes, 0);
}
