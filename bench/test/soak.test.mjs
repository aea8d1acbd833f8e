import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelValues, readSoak, soakChart } from '../lib/soak.mjs';

const HEADER = 'time,seconds,process,pid,calm,heap_used,heap_live,resident,files,threads,timers,connections,rooms,mailbox_depth,missed,doubled';
const CSV = [
  HEADER,
  '2026-11-21T10:00:00.500Z,0.0,m1,7,0,31457280,,94371840,70,30,,0,0,0,0,0',
  '2026-11-21T10:00:00.600Z,0.1,n1,8,0,31457280,,94371840,70,30,,60,48,0,0,0',
  '2026-11-21T10:01:00.500Z,60.0,m1,7,1,41943040,20971520,94371840,71,31,25,0,0,3,1,2',
  '2026-11-21T10:02:00.500Z,120.0,m1,9,0,31457280,,94371840,70,30,,0,0,0,1,2',
  '',
].join('\n');

test('rows are read as numbers, without what is empty, and a restart begins another run', () => {
  const rows = readSoak(CSV);
  assert.equal(rows.length, 4);
  assert.equal(rows[0].heap_used, 31457280);
  assert.ok(!('heap_live' in rows[0]));
  assert.equal(rows[0].process, 'm1');
  assert.deepEqual(rows.map(({ process, run }) => process + run), ['m11', 'n11', 'm11', 'm12']);
});

test('a panel has what was measured, in its unit', () => {
  const rows = readSoak(CSV);
  const heap = panelValues(rows, { field: 'heap_used', divisor: 2 ** 20, live: 'heap_live' });
  assert.equal(heap.length, 5);
  assert.deepEqual(heap.at(-1), { minutes: 1, value: 20, process: 'm1', run: 1, kind: 'point' });
  assert.deepEqual(panelValues(rows, { field: 'timers' }).map(({ value }) => value), [25]);
  assert.deepEqual(panelValues(rows, { field: 'missed', plus: 'doubled' }).map(({ value }) => value), [0, 0, 3, 3]);
});

test('the plot is an SVG that names every panel and process', async () => {
  const drawn = await soakChart(readSoak(CSV));
  assert.match(drawn, /^<svg/);
  for (const word of ['heap, MiB', 'open files', 'timers', 'missed + doubled', 'm1', 'n1', 'minutes']) assert.ok(drawn.includes(word), word);
});
