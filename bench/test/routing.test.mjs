import assert from 'node:assert/strict';
import test from 'node:test';
import { aPush, aSecond, costAPush, lossOf, nodesAPush, sumOf } from '../lib/routing.mjs';
import { measureAll } from '../lib/rounds.mjs';
import routing from '../scenarios/routing.mjs';

const metrics = (count, sum) => `# TYPE push_manager_push_nodes summary
push_manager_push_nodes_count{mode="interest"} ${count}
push_manager_push_nodes_sum{mode="interest"} ${sum}
push_manager_push_nodes_max{mode="interest"} 64.0
push_manager_node_connections 64.0
push_manager_node_connections_opened_total 7.0
`;

test('a metric is its name, not the beginning of another’s', () => {
  assert.equal(sumOf(metrics(0, 0), 'push_manager_node_connections'), 64);
  assert.equal(sumOf('a{mode="x"} 1.0\na{mode="y"} 2.0\n', 'a'), 3);
  assert.equal(sumOf('a{mode="x"} 1.0\na{mode="y"} 2.0\n', 'a', '"y"'), 2);
});

test('the nodes of a push are counted from one reading to the next', () => {
  assert.equal(nodesAPush(metrics(100, 6_400), metrics(1_100, 7_400)), 1);
  assert.ok(Number.isNaN(nodesAPush(metrics(100, 100), metrics(100, 100))));
});

test('what a push costs is what was used beyond the rests on both sides of it, compilers apart', () => {
  const stretch = (cpu, compilers, seconds, answered = 0) => ({ cpu_us: cpu, compilers_us: compilers, window_s: seconds, answered });
  const rests = [stretch(10_000, 0, 1), stretch(45_000, 5_000, 2), stretch(30_000, 0, 1)];
  const loads = [stretch(60_000, 20_000, 1, 500), stretch(95_000, 0, 2, 1_000)];
  // 40,000 less a second of 15,000, and 95,000 less two of 25,000.
  assert.equal(costAPush({ loads, rests }), 70_000 / 1_500);
  assert.equal(aPush(loads, 'cpu_us'), 155_000 / 1_500);
  assert.equal(aSecond(rests, 'compilers_us'), 5_000 / 4);
});

test('a push must reach the node of its room, and others only by broadcast', () => {
  const all = { sent: 100, accepted: 100, failed: 0, received: 100, strays: 0 };
  assert.equal(lossOf(all, 1), null);
  assert.equal(lossOf({ ...all, received: 800, strays: 700 }, 8), null);
  assert.match(lossOf({ ...all, received: 99 }, 1), /99 arrived, 100 should have/);
  assert.match(lossOf({ ...all, received: 101, strays: 1 }, 1), /101 arrived/);
  assert.match(lossOf({ ...all, strays: 3 }, 1), /3 arrived at a node without the room, 0 should have/);
  assert.match(lossOf({ ...all, accepted: 98, failed: 2 }, 1), /2 of 100 pushes were not accepted/);
  assert.match(lossOf({ ...all, accepted: 98 }, 1), /2 of 100 pushes were not accepted/);
});

test('every row of the scenario names contenders and there are enough nodes of each kind for its lines', () => {
  const { contenders, rows } = routing({ quick: false });
  const ids = new Set(contenders.map(({ id }) => id));
  const named = rows.flatMap(({ side, of, over = [] }) => [side, of, ...over.map(([id]) => id)]).filter(Boolean);
  assert.deepEqual(named.filter((id) => !ids.has(id)), []);
  const lines = rows.filter(({ over }) => over);
  assert.deepEqual(lines.map(({ over, to }) => [over.length, to]), [[4, 64], [5, 1000], [4, 64], [5, 1000], [2, 64], [3, 1000], [2, 64]]);
  for (const { over, from, to } of lines) assert.deepEqual([over[0][1], over.at(-1)[1]], [from, to]);
});

test('a contender that needs one round has one, and the others all', async () => {
  const asked = [];
  const contender = (id, rounds) => ({ id, rounds, label: id, seconds: 1, measure: async () => asked.push(id) && { us: 1 } });
  const scenario = { id: 's', figure: { key: 'us', label: '' }, contenders: [contender('a'), contender('b', 1)], rows: [] };
  const silent = { begin() {}, done() {}, note() {} };
  const { results, failures } = await measureAll({ rounds: 3, missing: () => undefined }, scenario, silent);
  assert.deepEqual(asked, ['a', 'b', 'a', 'a']);
  assert.deepEqual([results.a.length, results.b.length, failures], [3, 1, []]);
});
