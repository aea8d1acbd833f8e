import assert from 'node:assert/strict';
import test from 'node:test';
import { figuresBlock, replaceBlock } from '../lib/page.mjs';

test('only what stands between the markers is replaced', () => {
  const page = 'before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n';
  const changed = replaceBlock(page, 'new');
  assert.equal(changed, 'before\n<!-- figures -->\n\nnew\n\n<!-- /figures -->\nafter\n');
  assert.equal(replaceBlock(changed, 'new'), changed);
  assert.throws(() => replaceBlock('no markers', 'new'), /figures/);
});

const room = {
  id: 'room',
  title: 'One room',
  date: '2026-01-02T03:04:05Z',
  commit: 'abc',
  rounds: 7,
  loadBefore: 0.1,
  machine: { cores: 2, cpu: 'a CPU', memoryGiB: 8, kernel: 'Linux 6' },
  versions: { java: 'a JVM', ws: 'npm ws 8' },
  contenders: { ours: 'Push-Manager', nchan: 'nchan' },
  rows: [
    { scenario: 'room', what: 'CPU / floor', target: { max: 1.25 }, n: 2, median: 1, min: 1, max: 1, verdict: 'reached' },
    { scenario: 'room', what: 'CPU / nchan', target: { max: 1 }, verdict: 'not measured', reason: 'no nginx' },
  ],
  notes: [],
  failures: [],
  results: { ours: [{ cpuUs: 1 }, { cpuUs: 3 }, null] },
};

test('the figures name the run, the peers that are missing, and the medians of each contender', () => {
  const block = figuresBlock([room], { room: 'room.svg' }, '../bench/results');
  assert.match(block, /Measured 2026-01-02 at commit abc: 1 targets reached, 0 missed, 1 not measured/);
  assert.match(block, /2026-01-02 03:04 UTC, 7 rounds, load before the run 0\.1/);
  assert.match(block, /- room, CPU \/ nchan: no nginx/);
  assert.match(block, /!\[One room\]\(\.\.\/bench\/results\/room\.svg\)/);
  assert.match(block, /\| Push-Manager \| 2\.00 \|/);
});

test('scenarios of several runs say when and at which commit each was measured', () => {
  const idle = { ...room, id: 'idle', title: 'Idle', date: '2026-01-05T06:07:08Z', commit: 'def', versions: { java: 'a JVM', ws: 'npm ws 9' } };
  const block = figuresBlock([room, idle], {}, '.');
  assert.match(block, /Measured one by one, as said at each scenario: 2 targets reached/);
  assert.match(block, /### One room\n\n2026-01-02 03:04 UTC, 7 rounds, commit abc/);
  assert.match(block, /### Idle\n\n2026-01-05 06:07 UTC, 7 rounds, commit def/);
  assert.match(block, /Peers: npm ws 8; npm ws 9\./);
});

test('a cost that is a difference says when it was below what can be measured', () => {
  const nodes = { ...room, rows: [], results: { ours: [{ cpuPerNodeUs: -1 }, { cpuPerNodeUs: -2 }] } };
  assert.match(figuresBlock([nodes], {}, '.'), /\| Push-Manager \| below what can be measured \|/);
});
