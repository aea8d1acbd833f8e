import assert from 'node:assert/strict';
import test from 'node:test';
import { restWatch, staying } from '../lib/staying.mjs';

test('compilers rest when they were calm for as long as is asked, one after the other', () => {
  const rests = restWatch(0.02, 2);
  assert.deepEqual([0.5, 0.01, 0.3, 0.01, 0.01].map(rests), [false, false, false, false, true]);
});

test('a server is started and warmed up once, before its first turn, and stopped at the end', async () => {
  const said = [];
  const one = { id: 'ours', label: 'Ours', start: async () => ({ pid: process.pid, stop: () => said.push('stop') }) };
  const servers = staying([one], {}, async () => said.push('warm') && { warmUpS: 1 });
  await servers.open({}, ['ours'], () => {});
  const results = [await servers.turn({}, one, () => ({ cpuUs: 1 })), await servers.turn({}, one, () => ({ cpuUs: 2 }))];
  await servers.close();
  assert.deepEqual(said, ['warm', 'stop']);
  assert.deepEqual(results, [{ cpuUs: 1, warmUpS: 1, othersMsPerS: 0 }, { cpuUs: 2, warmUpS: 1, othersMsPerS: 0 }]);
});

test('who failed is stopped, and begins anew at its next turn', async () => {
  const said = [];
  const one = { id: 'ours', label: 'Ours', start: async () => said.push('start') && { pid: process.pid, stop: () => said.push('stop') } };
  const servers = staying([one], {}, async () => ({}));
  await assert.rejects(servers.turn({}, one, () => Promise.reject(new Error('it broke'))), /it broke/);
  await servers.turn({}, one, () => ({}));
  await servers.close();
  assert.deepEqual(said, ['start', 'stop', 'start', 'stop']);
});

test('who cannot be run is not started', async () => {
  const servers = staying([{ id: 'peer', start: () => assert.fail() }], {}, async () => ({}));
  await servers.open({}, ['ours'], () => {});
  await servers.close();
});
