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

test('the figures name the run, the peers that are missing, and the medians of each contender', () => {
  const block = figuresBlock(
    {
      date: '2026-01-02T03:04:05Z',
      rounds: 7,
      machine: { cores: 2, cpu: 'a CPU', memoryGiB: 8, kernel: 'Linux 6' },
      versions: { commit: 'abc', java: 'a JVM', ws: 'npm ws 8' },
      rows: [
        { scenario: 'room', what: 'CPU / floor', target: { max: 1.25 }, n: 2, median: 1, min: 1, max: 1, verdict: 'reached' },
        { scenario: 'room', what: 'CPU / nchan', target: { max: 1 }, verdict: 'not measured', reason: 'no nginx' },
      ],
      failures: [],
      scenarios: [
        {
          id: 'room',
          title: 'One room',
          contenders: { ours: 'Push-Manager', nchan: 'nchan' },
          notes: [],
          results: { ours: [{ cpuUs: 1 }, { cpuUs: 3 }, null] },
        },
      ],
    },
    { room: 'room.svg' },
    '../bench/results',
  );
  assert.match(block, /7 rounds, commit abc: 1 targets reached, 0 missed, 1 not measured/);
  assert.match(block, /- room, CPU \/ nchan: no nginx/);
  assert.match(block, /!\[One room\]\(\.\.\/bench\/results\/room\.svg\)/);
  assert.match(block, /\| Push-Manager \| 2\.00 \|/);
});
