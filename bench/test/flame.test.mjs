import assert from 'node:assert/strict';
import test from 'node:test';
import { flameGraph, parseCollapsed, shares, shortName, topAllocations, topFrames } from '../lib/flame.mjs';
import { profilesBlock } from '../lib/profile.mjs';

const TEXT = [
  '[vert.x-eventloop-thread-0 tid=7];java/lang/Thread.run_[j];io/pushmanager/A.write_[j];writev;entry_SYSCALL_64_[k];tcp_sendmsg_[k] 30',
  '[vert.x-eventloop-thread-1 tid=8];java/lang/Thread.run_[j];io/pushmanager/A.write_[j];io/pushmanager/B.<init>_[i] 50',
  '[C2 CompilerThre tid=9];Compile::Optimize 20',
  'not a stack',
].join('\n');

test('each sample counts for the kind of its thread, or of its innermost frame', () => {
  assert.deepEqual(shares(parseCollapsed(TEXT)), { java: 0.5, native: 0, kernel: 0.3, jit: 0.2, gc: 0, vm: 0 });
});

test('the frames that take most: the kernel under who called it, the compilers as one', () => {
  const top = topFrames(parseCollapsed(TEXT));
  assert.deepEqual(top.slice(0, 3).map(({ name, self }) => [name, self]), [['B.<init>', 0.5], ['kernel: writev', 0.3], ['[C2 CompilerThre]', 0.2]]);
  assert.equal(top.find(({ name }) => name === 'A.write').all, 0.8);
});

test('a name has nothing that is another at every start', () => {
  assert.equal(shortName('/tmp/libnetty_transport_native_epoll_x86_6413477441450567813639.so (deleted)'), 'libnetty_transport_native_epoll');
  assert.equal(shortName('io/vertx/core/A$$Lambda$258.0x00007faaa01f2d58.run_[j]'), 'A$lambda.run');
});

test('what is allocated is named by its class and by what made it', () => {
  const stacks = parseCollapsed('[main tid=1];io/pushmanager/A.make_[j];byte[]_[i] 75\n[main tid=1];io/pushmanager/A.call_[j];io/pushmanager/C_[i] 25');
  assert.deepEqual(topAllocations(stacks, 1), [{ type: 'byte[]', where: 'A.make', self: 0.75 }]);
});

test('the flame graph is as wide as its parts, and its names are no markup', () => {
  const svg = flameGraph('all', parseCollapsed(TEXT));
  assert.match(svg, /<title>B\.&lt;init&gt; 50\.0 %<\/title><rect x="[\d.]+" y="\d+" width="599\.6"/);
  assert.doesNotMatch(svg, /<init>/);
});

test('the page has a line for each stored profile, with its day and commit', () => {
  const parts = { java: 0.5, native: 0, kernel: 0.3, jit: 0.2, gc: 0, vm: 0 };
  const block = profilesBlock([{ id: 'room', title: 'One room', date: '2026-01-02T03:04:05Z', commit: 'abc', loadBefore: 0.1, parts }], 'p');
  assert.match(block, /\| `room` \| 50\.0 % \| 0\.0 % \| 30\.0 % \| 20\.0 % \|.*\[flame graph\]\(p\/room\.svg\).*2026-01-02, commit abc, load before 0\.1/);
});
