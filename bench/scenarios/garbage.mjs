import { allocation } from '../lib/jvm.mjs';
import { fanOut, loss } from '../lib/fanout.mjs';
import { pushManager } from '../lib/servers.mjs';
import { drive, etcd, ourStack } from '../lib/stacks.mjs';

/** What is allocated: by the node for a delivery, by the manager for a push and each further node. Own processes for each role. */
export default function garbage({ quick }) {
  const load = quick
    ? { sockets: 200, rate: 150, size: 128, warm: 3, secs: 2 }
    : { sockets: 1000, rate: 150, size: 128, warm: 8, secs: 5 };
  const contender = (id, label, seconds, measure) => ({ id, label, seconds, measure, missing: (ctx) => ctx.missing('etcd') });
  const behind = (nodes) => ({
    ...contender(`ours-${nodes}`, `manager, ${nodes === 1 ? '1 node' : `${nodes} nodes`}`, quick ? 12 : 18, (ctx) => managerOf(ctx, nodes, quick)),
    missing: (ctx) => ctx.missing('etcd') ?? ctx.missing('seed'),
  });
  return {
    id: 'garbage',
    title: 'Bytes allocated',
    rounds: 3, // nobody to compare with, and the counters are exact
    contenders: [contender('ours', 'node', load.warm + load.secs + 7, (ctx) => node(ctx, load)), behind(1), behind(16)],
    figure: { key: 'bytes', label: 'bytes allocated a delivery (node) or push (manager)' },
    loss: (result) => result.lost,
    rows: [
      { what: 'bytes a delivery, node', ours: 'bytes', target: { max: 8 } },
      { what: 'bytes a push more for each further node, manager', side: 'ours-16', ours: 'bytes', less: 'ours-1', by: 15, target: { max: 250 } },
      { what: 'bytes a push in front of one node, manager', side: 'ours-1', ours: 'bytes' },
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

async function managerOf(ctx, nodes, quick) {
  const stack = await ourStack(ctx, nodes);
  try {
    const secs = quick ? 1 : 6;
    const rate = 500;
    await drive(ctx, stack, { rate, secs: quick ? 2 : 5 });
    const ended = await allocation(ctx, stack.pid);
    const report = await drive(ctx, stack, { rate, warm: 0, secs });
    const groups = await ended();
    return { bytes: total(groups) / report.received, groups, pushes: report.received, lost: report.lost > 0 || !report.reconciled ? `${report.lost} pushes lost` : null };
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
