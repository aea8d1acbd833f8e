import assert from 'node:assert/strict';
import test from 'node:test';
import { together } from '../lib/together.mjs';

const ctx = { missing: () => undefined };

test('who is first measures for all, and nobody takes a result of an earlier round', async () => {
  let runs = 0;
  const [a, b] = together([{ id: 'a' }, { id: 'b' }], async () => ({ a: `a${++runs}`, b: `b${runs}` }));
  assert.deepEqual([await a.measure(ctx), await b.measure(ctx)], ['a1', 'b1']);
  assert.deepEqual([await b.measure(ctx), await a.measure(ctx)], ['b2', 'a2']);
  assert.deepEqual([await a.measure(ctx), await a.measure(ctx), await b.measure(ctx)], ['a3', 'a4', 'b4']);
});

test('who cannot be run is left out', async () => {
  const without = { missing: (id) => (id === 'b' ? 'not there' : undefined) };
  const [a] = together([{ id: 'a' }, { id: 'b' }], async (_, present) => ({ a: present.map((one) => one.id) }));
  assert.deepEqual(await a.measure(without), ['a']);
});
