import assert from 'node:assert/strict';
import test from 'node:test';
import { perThreadGroup } from '../lib/jvm.mjs';

const at = (second) => `2026-01-02T03:04:0${second}Z`;
const thread = (id, javaName) => ({ javaThreadId: id, osThreadId: id, javaName });

test('threads count what they allocated meanwhile, new ones everything, by the name without its number', () => {
  const readings = [
    { startTime: at(1), allocated: 100, thread: thread(1, 'loop-thread-0') },
    { startTime: at(1), allocated: 50, thread: thread(2, 'loop-thread-1') },
    { startTime: at(9), allocated: 160, thread: thread(1, 'loop-thread-0') },
    { startTime: at(9), allocated: 51, thread: thread(2, 'loop-thread-1') },
    { startTime: at(9), allocated: 7, thread: thread(3, 'worker-1') },
  ];
  assert.deepEqual(perThreadGroup(readings), { 'loop-thread': 61, worker: 7 });
});
