// Managers that route, in front of counting nodes whose number changes while everything stays up and warm.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Process } from './processes.mjs';
import { pushManager } from './servers.mjs';
import { etcd } from './stacks.mjs';

const LEASE_SECONDS = 7_200; // longer than any run: nothing is renewed while CPU is read
const PUTS_AT_ONCE = 50;
const SETTLE = 1_500; // ms after the last link is up
const LINKED = 60_000; // ms at most until then

/** The sum of a metric's samples, of those with a label if one is given, in what /metrics says: pure. */
export function sumOf(text, name, label = '') {
  return text
    .split('\n')
    .filter((one) => (one.startsWith(`${name} `) || one.startsWith(`${name}{`)) && one.includes(label))
    .reduce((sum, one) => sum + Number(one.split(' ').at(-1)), 0);
}

/** How many nodes took each push between two readings of /metrics: pure. Not a number without a push. */
export function nodesAPush(before, after) {
  const more = (name) => sumOf(after, name) - sumOf(before, name);
  return more('push_manager_push_nodes_sum') / more('push_manager_push_nodes_count');
}

/**
 * What became of pushes to rooms that are at one node each; null if all is well: pure.
 *
 * @param said the driver's report
 * @param nodes that each push is to reach: 1, or all
 */
export function lossOf(said, nodes) {
  if (said.failed > 0 || said.accepted < said.sent) return `${said.sent - said.accepted} of ${said.sent} pushes were not accepted`;
  const expected = said.accepted * nodes;
  if (said.received !== expected) return `${said.received} arrived, ${expected} should have`;
  const strays = said.received - said.accepted; // the other nodes' share of each push
  return said.strays === strays ? null : `${said.strays} arrived at a node without the room, ${strays} should have`;
}

/**
 * What a push cost, in µs of CPU: pure. What the process used without pushes, just before and just after, is taken off what it used under
 * them; its JIT compilers' threads are left out of both.
 *
 * @param said the driver's report: loads, and a rest before, between and after them
 */
export function costAPush({ loads, rests }) {
  const aSecond = rests.map(({ cpu_us: cpu, compilers_us: compilers, window_s: time }) => (cpu - compilers) / time);
  const own = loads.map(({ cpu_us: cpu, compilers_us: compilers, window_s: time }, i) => cpu - compilers - (time * (aSecond[i] + aSecond[i + 1])) / 2);
  return sum(own) / sum(loads.map(({ answered }) => answered));
}

/** A figure of all stretches together, for each second or for each push of them: pure. */
export const aSecond = (stretches, key) => sum(stretches.map((one) => one[key])) / sum(stretches.map((one) => one.window_s));
export const aPush = (stretches, key) => sum(stretches.map((one) => one[key])) / sum(stretches.map((one) => one.answered));

const sum = (values) => values.reduce((total, value) => total + value, 0);

/** An etcd and a manager of its own. */
export async function routingManager(ctx, mode, options = {}) {
  const store = await etcd(ctx);
  const { child, grpc, metrics } = await pushManager(ctx, 'push-manager', { ...options, env: { ETCD_ENDPOINTS: store.endpoint, PM_ROUTING_MODE: mode } });
  const read = async () => (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
  return {
    mode,
    store,
    pid: child.pid,
    grpc: `127.0.0.1:${grpc}`,
    read,
    /** Until it is linked to so many nodes, and goes by what they say if that is its mode. */
    async knows(nodes, pairs) {
      await child.until(async () => {
        const text = await read();
        if (sumOf(text, 'push_manager_node_connections') !== nodes) return false;
        const isRelied = sumOf(text, 'push_manager_interest_stale_nodes') === 0 && sumOf(text, 'push_manager_interest_entries') === pairs;
        return mode !== 'interest' || isRelied;
      }, { timeoutMs: LINKED, pollMs: 100 });
    },
    async stop() {
      await child.stop();
      await store.stop();
    },
  };
}

/** The process of the counting nodes, which pushes too. */
export class RoutingLoad {
  constructor(ctx) {
    const classpath = `${path.join(ctx.root, 'target', 'bench-classes')}:${ctx.jar}`;
    const args = ['-cp', classpath, 'io.pushmanager.bench.RoutingLoad'];
    this.child = new Process('routing load', ctx.java, args, { log: ctx.log('routing-load'), lines: true });
    this.leases = [];
  }

  async ask(what) {
    this.child.child.stdin.write(`${JSON.stringify(what)}\n`);
    return JSON.parse(await this.child.line(120_000));
  }

  /** These nodes and no others, known to these managers and no others. */
  async become({ nodes, rooms, users = 0 }, managers) {
    // Out of the registry first: a node that goes while its key is there is waited for.
    await Promise.all(this.leases.splice(0).map(({ store, id }) => call(store, 'lease/revoke', { ID: id })));
    const { registered } = await this.ask({ nodes, rooms, users });
    for (const { store } of managers) {
      const { ID: id } = await call(store, 'lease/grant', { TTL: LEASE_SECONDS });
      this.leases.push({ store, id });
      for (let from = 0; from < registered.length; from += PUTS_AT_ONCE) {
        const some = registered.slice(from, from + PUTS_AT_ONCE);
        await Promise.all(some.map(({ key, value }) => call(store, 'kv/put', { key: base64(key), value: base64(value), lease: id })));
      }
    }
    await Promise.all(managers.map((manager) => manager.knows(nodes, rooms + users)));
    await sleep(SETTLE);
  }

  stop() {
    return this.child.stop();
  }
}

const base64 = (text) => Buffer.from(text).toString('base64');

/** etcd's own JSON. */
async function call(store, what, body) {
  const answer = await fetch(`http://${store.endpoint}/v3/${what}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`etcd, ${what}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
