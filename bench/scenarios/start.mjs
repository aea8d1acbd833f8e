import path from 'node:path';
import { cpuBetween, cpuOf } from '../lib/processes.mjs';
import { pushManager } from '../lib/servers.mjs';
import { jvmParts } from '../lib/threads.mjs';

const NOTHING = { user: 0, system: 0, threads: {} };

/** From exec to ready: everything in one process. */
export default function start() {
  const jdk = (id, label, major, jvm = () => []) => ({
    id,
    label,
    seconds: 2,
    missing: (ctx) => ctx.missing(`jdk${major}`) ?? (id.endsWith('aot') ? ctx.missing('aot') : undefined),
    measure: (ctx) => measure(ctx, path.join(ctx.peer[`jdk${major}`].home, 'bin', 'java'), jvm(ctx)),
  });
  return {
    id: 'start',
    title: 'Start to ready, everything in one process',
    contenders: [jdk('jdk17', 'JDK 17', 17), jdk('jdk25', 'JDK 25', 25), jdk('jdk25-aot', 'JDK 25, AOT cache', 25, (ctx) => [`-XX:AOTCache=${ctx.peer.aot.cache}`])],
    figure: { key: 'wallS', label: 'seconds until ready' },
    rows: [
      { what: 'seconds, JDK 17', side: 'jdk17', ours: 'wallS', target: { max: 0.8 } },
      { what: 'CPU-seconds, JDK 17', side: 'jdk17', ours: 'cpuS' },
      { what: 'seconds, JDK 25', side: 'jdk25', ours: 'wallS' },
      { what: 'CPU-seconds, JDK 25', side: 'jdk25', ours: 'cpuS' },
      { what: 'seconds, JDK 25 with an AOT cache', side: 'jdk25-aot', ours: 'wallS', target: { max: 0.45 } },
      { what: 'CPU-seconds, JDK 25 with an AOT cache', side: 'jdk25-aot', ours: 'cpuS' },
    ],
  };
}

async function measure(ctx, java, jvm) {
  const began = performance.now();
  const { child } = await pushManager(ctx, 'all', { java, jvm, pollMs: 5 });
  const wallS = (performance.now() - began) / 1000;
  const cpu = cpuOf(child.pid);
  await child.stop();
  return { wallS, cpuS: cpu.user + cpu.system, threads: cpu.threads, cpuParts: jvmParts(cpuBetween(NOTHING, cpu)) };
}
