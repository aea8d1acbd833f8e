import path from 'node:path';
import { Process, freePort } from '../lib/processes.mjs';
import { pushManager } from '../lib/servers.mjs';

/**
 * An application in another JVM that pushes as fast as it is answered, to a room with nobody in it: by gRPC's PushStream, over the
 * clustered bus one request at a time, and over the bus in batches of 500. One manager and one application stay up through all rounds.
 */
export default function cluster({ quick }) {
  const secs = quick ? 1 : 3;
  let stack;
  const begun = async (ctx) => (stack ??= await start(ctx, quick));
  const way = (id, label) => ({
    id,
    label,
    seconds: secs + 0.5,
    measure: async (ctx) => ask((await begun(ctx)).load, id, secs),
  });
  return {
    id: 'cluster',
    title: 'A publisher in another JVM, 128 B, to nobody',
    contenders: [way('stream', 'gRPC PushStream'), way('batch', 'bus, batches of 500'), way('single', 'bus, 200 at a time')],
    once: quick ? 20 : 40,
    figure: { key: 'perS', label: 'answered a second' },
    loss: (result) => result.failed,
    rows: [
      { what: 'batches over the bus / PushStream', side: 'batch', ours: 'perS', of: 'stream', target: { min: 0.5 } },
      { what: 'single requests over the bus / PushStream', side: 'single', ours: 'perS', of: 'stream' },
    ],
    close: async () => {
      await stack?.load.stop();
      await stack?.server.stop();
    },
  };
}

async function start(ctx, quick) {
  const port = await freePort();
  const { child, grpc } = await pushManager(ctx, 'all', { env: { PM_CLUSTER_ENABLED: 'true', PM_CLUSTER_PORT: port } });
  const classpath = `${path.join(ctx.root, 'target', 'bench-classes')}:${ctx.jar}`;
  const opens = ['java.base/java.lang', 'java.base/java.nio', 'java.base/sun.nio.ch', 'java.management/sun.management',
    'jdk.management/com.sun.management.internal'].map((one) => `--add-opens=${one}=ALL-UNNAMED`);
  const args = [...opens, '--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED', '-cp', classpath, 'io.pushmanager.bench.BusLoad',
    `127.0.0.1:${grpc}`, `127.0.0.1:${port}`];
  const load = new Process('bus load', ctx.java, args, { log: ctx.log('bus-load'), lines: true });
  await load.line();
  const warm = quick ? 2 : 5;
  for (const id of ['stream', 'batch', 'single', 'stream', 'batch', 'single']) await ask(load, id, warm / 2);
  return { server: child, load };
}

async function ask(load, way, secs) {
  load.child.stdin.write(`${way} ${secs}\n`);
  return JSON.parse(await load.line());
}
