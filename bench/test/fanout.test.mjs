import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadOn } from '../lib/fanout.mjs';

const bench = fileURLToPath(new URL('..', import.meta.url));

test('a load that is ended before its time pushes no more', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fanout-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const sockets = path.join(folder, 'sockets'); // instead of wsload
  fs.writeFileSync(sockets, '#!/bin/sh\necho READY\nexec sleep 60\n', { mode: 0o755 });
  let pushes = 0;
  const server = http.createServer((request, answer) => request.resume().on('end', () => answer.end(String(pushes++)))).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');

  const ctx = { tool: () => sockets, log: (name) => path.join(folder, `${name}.log`), peers: path.join(bench, 'peers'), bench };
  const push = { url: `http://127.0.0.1:${server.address().port}/`, body: '%' };
  const under = await loadOn(ctx, { sockets: { port: 1, path: '/' }, push }, { sockets: 1, rate: 200, size: 64 }, 30);
  while (pushes === 0) await sleep(10);
  await under.end();
  const before = pushes;
  await sleep(200);
  assert.equal(pushes, before);
  await under.over;
});
