import assert from 'node:assert/strict';
import test from 'node:test';
import { cpuBetween } from '../lib/processes.mjs';
import { ENDED, jvmParts, jvmSplit } from '../lib/threads.mjs';

const used = (user, system) => ({ user, system });

test('what is used is told apart: the program, the kernel for it, the compilers, the collector, the rest of the JVM', () => {
  const threads = { 'vert.x-eventloo': used(1, 2), 'C2 CompilerThre': used(0.5, 0.1), 'GC Thread': used(0.2, 0.1), 'VM Periodic Tas': used(0.05, 0.05) };
  const split = jvmSplit({ user: 1.75, system: 2.25, threads });
  assert.deepEqual(Object.fromEntries(Object.entries(split).map(([kind, seconds]) => [kind, Number(seconds.toFixed(2))])), {
    program: 1, kernel: 2, jit: 0.6, gc: 0.3, vm: 0.1,
  });
  assert.equal(jvmParts({ user: 1.75, system: 2.25, threads }).program, 0.25);
});

test('threads that have ended are missing in the sum of the others, and are named', () => {
  const before = { user: 5, system: 1, threads: { loop: used(2, 1), 'C2 CompilerThre': used(3, 0) } };
  const after = { user: 8, system: 1.5, threads: { loop: used(3, 1.5), 'C2 CompilerThre': used(2, 0) } };
  assert.deepEqual(cpuBetween(before, after).threads, { loop: used(1, 0.5), [ENDED]: used(2, 0) });
});
