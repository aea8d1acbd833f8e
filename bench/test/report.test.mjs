import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePrepared } from '../lib/context.mjs';
import { loss } from '../lib/fanout.mjs';
import { markdown, rowsOf, table } from '../lib/report.mjs';

const outcome = {
  scenario: {
    id: 'room',
    rows: [
      { what: 'CPU / floor', ours: 'cpu', of: 'floor', target: { max: 1.25 } },
      { what: 'CPU / nchan', ours: 'cpu', of: 'nchan', target: { max: 1 } },
      { what: 'part delivered', ours: 'part', target: { min: 1 } },
      { what: 'more than the floor', ours: 'cpu', less: 'floor', by: 2 },
    ],
  },
  results: { ours: [{ cpu: 2, part: 0.9 }, { cpu: 3, part: 1 }, null], floor: [{ cpu: 2 }, { cpu: 2 }, { cpu: 2 }] },
  missing: { nchan: 'no nginx' },
};

test('each row compares pairs of rounds, and says why it could not', () => {
  const [floor, nchan, part, more] = rowsOf(outcome);
  assert.deepEqual(floor.values, [1, 1.5]);
  assert.deepEqual([floor.median, floor.min, floor.max, floor.verdict], [1.25, 1, 1.5, 'reached']);
  assert.deepEqual([nchan.verdict, nchan.reason], ['not measured', 'no nginx']);
  assert.equal(part.verdict, 'missed');
  assert.deepEqual([more.values, more.verdict], [[0, 0.5], 'measured']);
});

test('a cost below what can be measured makes no ratio of its own sign', () => {
  const nodes = {
    scenario: { id: 'nodes', rows: [{ what: 'CPU, seed / ours', side: 'seed', ours: 'cpu', of: 'ours', target: { min: 10 } }] },
    results: { seed: [{ cpu: 20 }, { cpu: 20 }, { cpu: 20 }, { cpu: -1 }], ours: [{ cpu: -2 }, { cpu: 1 }, { cpu: 4 }, { cpu: -1 }] },
    missing: {},
  };
  const [row] = rowsOf(nodes);
  assert.deepEqual([row.values, row.median, row.verdict], [[Infinity, 20, 5], 20, 'reached']);
  assert.match(table([row]), /20\.0 +5\.00 … ∞ +≥ 10 +reached; seed below what can be measured in 1 of 4 rounds; ours below .* in 2 of 4 rounds/);
});

test('the table has a line for each row, whatever came of it', () => {
  const lines = table(rowsOf(outcome)).split('\n');
  assert.equal(lines.length, 5);
  assert.match(lines[1], /room +CPU \/ floor +1\.25 +1\.00 … 1\.50 +≤ 1\.25 +reached/);
  assert.match(lines[2], /not measured: no nginx/);
  assert.equal(markdown(rowsOf(outcome)).split('\n').length, 6);
});

test('one delivery less than was published is a loss, a push that was not answered in time is none', () => {
  const run = { closed: 0, refused: 0, audience: 200, expected: 6000 };
  assert.equal(loss({ ...run, delivered: 6000 }), null);
  assert.equal(loss({ ...run, delivered: 6200 }), null);
  assert.match(loss({ ...run, delivered: 5999 }), /1 of 6000/);
  assert.match(loss({ ...run, delivered: 6001 }), /more than were pushed/);
  assert.match(loss({ ...run, delivered: 6000, refused: 1 }), /refused/);
});

test('what scripts/bench prepared is read back', () => {
  assert.deepEqual(parsePrepared('nchan.command=/usr/sbin/nginx\nseed.missing=no Go = no seed\n'), {
    nchan: { command: '/usr/sbin/nginx' },
    seed: { missing: 'no Go = no seed' },
  });
});

test('how a figure grows is read off the line through a round’s contenders; a round that lacks one, or ends below nothing, says nothing', () => {
  const over = [['two', 2], ['eight', 8], ['many', 64]];
  const rows = [{ what: '64 / 2', ours: 'cpu', over, from: 2, to: 64, target: { max: 1.25 } }];
  const results = {
    two: [{ cpu: 100 }, { cpu: 100 }, { cpu: 100 }, { cpu: 10 }],
    eight: [{ cpu: 100 }, { cpu: 106 }, null, { cpu: 8 }],
    many: [{ cpu: 100 }, { cpu: 162 }, { cpu: 100 }, { cpu: -12 }],
  };
  const [row] = rowsOf({ scenario: { id: 'routing', rows }, results, missing: {} });
  assert.deepEqual(row.values.map((value) => Number(value.toFixed(6))), [1, 1.62]);
  assert.deepEqual([row.n, row.verdict], [2, 'missed']);
  const [missing] = rowsOf({ scenario: { id: 'routing', rows }, results: {}, missing: { two: 'no etcd' } });
  assert.deepEqual([missing.verdict, missing.reason], ['not measured', 'no etcd']);
});
