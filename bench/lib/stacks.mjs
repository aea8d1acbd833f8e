// A manager with counting nodes behind it, driven by the Go seed's own driver: ours and the seed's, so that both get the same calls.
import http from 'node:http';
import path from 'node:path';
import { Process, freePort, httpOk, run } from './processes.mjs';
import { pushManager } from './servers.mjs';

/** An empty etcd. */
export async function etcd(ctx) {
  const [client, peer] = await Promise.all([freePort(), freePort()]);
  const url = (port) => `http://127.0.0.1:${port}`;
  const args = ['--data-dir', path.join(ctx.folder('etcd'), String(client)), '--log-level', 'error', '--unsafe-no-fsync'];
  args.push('--listen-client-urls', url(client), '--advertise-client-urls', url(client));
  args.push('--listen-peer-urls', url(peer), '--initial-advertise-peer-urls', url(peer), '--initial-cluster', `default=${url(peer)}`);
  const child = new Process('etcd', 'etcd', args, { log: ctx.log('etcd') });
  await child.until(() => httpOk(`${url(client)}/health`));
  return { endpoint: `127.0.0.1:${client}`, stop: () => child.stop() };
}

/** Our manager and so many counting nodes, which announce link.v1; all nodes in one process. */
export async function ourStack(ctx, nodes) {
  const store = await etcd(ctx);
  const manager = await pushManager(ctx, 'push-manager', { env: { ETCD_ENDPOINTS: store.endpoint } });
  const sinks = await countingNodes(ctx, ['--nodes', nodes, '--link', '--etcd', store.endpoint,
    '--manager-metrics', `127.0.0.1:${manager.metrics}`, '--manager-pid', manager.child.pid]);
  await manager.child.until(async () => (await gauge(manager.metrics, 'push_manager_node_connections')) === nodes);
  return {
    pid: manager.child.pid,
    manager: `127.0.0.1:${manager.grpc}`,
    managerStats: `${sinks.stats}/manager`,
    nodeStats: Array.from({ length: Math.max(1, nodes) }, (_, i) => `${sinks.stats}/${i}`),
    async stop() {
      await Promise.all([sinks.stop(), manager.child.stop()]); // they give their leases back
      await store.stop();
    },
  };
}

async function countingNodes(ctx, options) {
  const classpath = `${path.join(ctx.root, 'target', 'bench-classes')}:${ctx.jar}`;
  const args = ['-cp', classpath, 'io.pushmanager.bench.CountingNodes', ...options].map(String);
  const child = new Process('counting nodes', ctx.java, args, { log: ctx.log('counting-nodes'), lines: true });
  const said = JSON.parse(await child.line());
  return { ...said, stop: () => child.stop() };
}

async function gauge(port, name) {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  const line = (await answer.text()).split('\n').find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`));
  return line ? Number(line.split(' ').at(-1)) : 0;
}

async function seedRole(ctx, role, ...options) {
  const child = new Process(`seed ${role}`, ctx.peer.seed.command, ['-role', role, '-max-secs', '7200', ...options], {
    log: ctx.log(`seed-${role}`),
    lines: true,
  });
  return { ...JSON.parse(await child.line()), pid: child.pid, stop: () => child.stop() };
}

/** The seed's manager in front of so many of the seed's nodes. */
export async function seedStack(ctx, nodes) {
  const sinks = await Promise.all(Array.from({ length: nodes }, () => seedRole(ctx, 'node')));
  const manager = await seedRole(ctx, 'manager', '-nodes', sinks.map((one) => one.grpc).join(','));
  return {
    pid: manager.pid,
    manager: manager.grpc,
    managerStats: manager.stats,
    nodeStats: sinks.map((one) => one.stats),
    stop: () => Promise.all([manager, ...sinks].map((one) => one.stop())),
  };
}

/**
 * What the seed's manager would cost without nodes: it does not start without one, so its node stands in, which is the same server
 * with the same call and nothing behind it.
 */
export async function seedAlone(ctx) {
  const node = await seedRole(ctx, 'node');
  // The driver wants to see every push leave the manager; here they end in it.
  const stats = http.createServer(async (_, answer) => {
    const said = await (await fetch(`http://${node.stats}/stats`)).json();
    answer.end(JSON.stringify({ ...said, delivered: said.received }));
  });
  await new Promise((resolve) => stats.listen(0, '127.0.0.1', resolve));
  return {
    pid: node.pid,
    manager: node.grpc,
    managerStats: `127.0.0.1:${stats.address().port}`,
    nodeStats: [node.stats],
    stop: async () => {
      stats.closeAllConnections();
      stats.close();
      await node.stop();
    },
  };
}

/**
 * One run of the seed's driver. Rate 0 is a closed loop.
 *
 * @returns its report, and as "lost" what the manager dropped or lost from before the run until everything had settled
 */
export async function drive(ctx, stack, { rate, warm = 0.5, secs, body = 128 }) {
  const args = ['-role', 'load', '-manager', stack.manager, '-manager-stats', stack.managerStats, '-node-stats', stack.nodeStats.join(',')];
  args.push('-rate', rate.toFixed(2), '-warm', warm, '-secs', secs, '-body', body);
  const before = await counts(stack);
  const lines = await run('driver', ctx.peer.seed.command, args.map(String), { log: ctx.log('driver') });
  return { ...JSON.parse(lines.at(-1)), lost: (await counts(stack)) - before };
}

async function counts(stack) {
  const said = await (await fetch(`http://${stack.managerStats}/stats`)).json();
  return said.dropped + said.failed;
}

/** As the seed's own bench has it: nearly nothing dropped, and both ends keep the pace. */
export function holds(report) {
  const pace = 0.99 * report.rate_per_s;
  return report.dropped_pct < 0.1 && report.call_errors === 0 && report.accepted_per_s >= pace && report.delivered_per_node_per_s >= pace;
}
