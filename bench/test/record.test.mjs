import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { entryOf, fromJson, merged, toJson } from '../lib/record.mjs';
import { rowsOf } from '../lib/report.mjs';
import { keep, resultsFolder } from '../lib/results.mjs';

const ORDER = ['room', 'idle', 'storm'];

// Drawing needs packages that only a measuring run installs.
const CHARTS = {
  targetsChart: async (rows) => rows.map((row) => `${row.scenario}: ${row.what}`).join('\n'),
  scenarioChart: async (one) => one.id,
};

const ctx = (commit, more = {}) => ({
  versions: { commit, java: 'a JVM' },
  machine: { cores: 2, cpu: 'a CPU', memoryGiB: 8, kernel: 'Linux 6' },
  quick: false,
  loadBefore: 0.2,
  ...more,
});

function entry(id, commit, cpus) {
  const outcome = {
    scenario: {
      id,
      title: `Scenario ${id}`,
      contenders: [{ id: 'ours', label: 'Push-Manager' }, { id: 'peer', label: 'Peer' }],
      figure: { key: 'cpuUs', label: 'CPU' },
      rows: [{ what: 'CPU / peer', ours: 'cpuUs', of: 'peer', target: { max: 1 } }],
    },
    results: { ours: cpus.map((cpuUs) => ({ cpuUs })), peer: cpus.map(() => ({ cpuUs: 2 })) },
    missing: {},
    failures: [],
    notes: [],
  };
  return entryOf(ctx(commit), outcome, rowsOf(outcome), `2026-01-02T03:04:05Z`);
}

test('a scenario takes the place of its older self, whole, and leaves the others as they are', () => {
  const stored = [entry('room', 'old', [1, 2, 3]), entry('storm', 'old', [5])];
  const now = merged(stored, entry('room', 'new', [4]), ORDER);
  assert.deepEqual(now.map((one) => [one.id, one.commit, one.rounds]), [['room', 'new', 1], ['storm', 'old', 1]]);
  assert.deepEqual(now[0].results.ours, [{ cpuUs: 4 }]);
  assert.equal(now[0].results.peer.length, 1);
  assert.equal(now[1], stored[1]);
});

test('scenarios stand in their order, however they were gathered; one that is no more is forgotten', () => {
  const stored = [entry('storm', 'a', [1]), entry('gone', 'a', [1])];
  assert.deepEqual(merged(stored, entry('idle', 'b', [1]), ORDER).map((one) => one.id), ['idle', 'storm']);
});

test('an infinite ratio survives being stored', () => {
  assert.deepEqual(fromJson(toJson({ median: Infinity, values: [1, Infinity] })), { median: Infinity, values: [1, Infinity] });
});

test('a recorded scenario is added to results, charts and page; what was there stays', async (t) => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'record-'));
  t.after(() => fs.rmSync(root, { recursive: true }));
  const recording = { ...ctx('x'), record: true, root, bench: path.join(root, 'bench') };
  fs.mkdirSync(path.join(root, 'docs'));
  const page = path.join(root, 'docs', 'performance.md');
  fs.writeFileSync(page, 'above\n<!-- figures -->\n<!-- /figures -->\nbelow\n');
  await keep(recording, resultsFolder(recording), entry('storm', 'old', [1]), ORDER, CHARTS);
  const folder = resultsFolder(recording);
  await keep(recording, folder, entry('room', 'new', [3]), ORDER, CHARTS);
  assert.deepEqual(fs.readdirSync(folder).sort(), ['results.json', 'room.svg', 'storm.svg', 'targets.svg']);
  const targets = fs.readFileSync(path.join(folder, 'targets.svg'), 'utf8');
  for (const id of ['room', 'storm']) assert.match(targets, new RegExp(`${id}: CPU / peer`));
  const text = fs.readFileSync(page, 'utf8');
  assert.match(text, /^above[^]*Scenario room[^]*commit new[^]*Scenario storm[^]*commit old[^]*below\n$/);
  assert.match(text, /\.\.\/bench\/results\/room\.svg/);
});
