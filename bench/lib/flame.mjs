// What a profiler's stacks tell: shares, the frames that take most, and a flame graph: pure.
import { ENDED, kindOfThread } from './threads.mjs';

/** One line "[thread tid=1];frame;frame_[j] 12" is one stack: {thread, frames from the outermost on, count}. */
export function parseCollapsed(text) {
  const stacks = [];
  for (const line of text.split('\n')) {
    const match = /^(.*) (\d+)$/.exec(line);
    if (!match) continue;
    const frames = match[1].split(';');
    const thread = /^\[(.*?) tid=\d+\]$/.exec(frames[0]);
    if (thread) frames.shift();
    stacks.push({ thread: groupOf(thread?.[1] ?? 'unnamed'), frames, count: Number(match[2]) });
  }
  return stacks;
}

const groupOf = (name) => name.replace(/[-#_ ]*\d+$/, '');
const isKernel = (frame) => frame.endsWith('_[k]');
const isJava = (frame) => /_\[[ji01]\]$/.test(frame);
/** Without the package's first parts, the profiler's mark of how it was compiled, and a library's folder and random number. */
export const shortName = (frame) =>
  frame
    .replace(/_\[\w\]$/, '')
    .replace(/^\/.*\/(lib[a-z_]*?)(?:_x86|_aarch)?[_\d]*\.so\b.*/i, '$1')
    .replace(/^(?:[a-z_0-9]+[./])+(?=[A-Z])/, '')
    .replace(/\$\$Lambda.*(?=\.[a-z]\w*$)/i, '$$lambda');

/** What a stack's time was used for: a kind of the JVM's own threads, or else what its innermost frame is. */
export function kindOf({ thread, frames }) {
  const kind = kindOfThread(thread);
  if (kind !== 'program') return kind;
  const last = frames.at(-1) ?? '';
  if (isKernel(last)) return 'kernel';
  return isJava(last) ? 'java' : 'native';
}

export const KINDS = {
  java: 'Java code',
  native: 'native code (JVM stubs, libc, epoll)',
  kernel: 'kernel',
  jit: 'JIT compilers',
  gc: 'garbage collector',
  vm: 'other threads of the JVM',
};

/** Kind → its part of all. */
export function shares(stacks) {
  const total = sum(stacks);
  const found = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, 0]));
  for (const stack of stacks) found[kindOf(stack)] += stack.count / total;
  return found;
}

const sum = (stacks) => stacks.reduce((all, { count }) => all + count, 0);

/**
 * The frames in which most was spent. The kernel's frames are one, under the name of what called it; so are the compilers' and the
 * collector's.
 *
 * @returns {name, kind, self, all}: parts of the whole, the second with what the frame called
 */
export function topFrames(stacks, most = 20) {
  const total = sum(stacks);
  const found = new Map();
  const at = (name, kind) => found.get(name) ?? found.set(name, { name, kind, self: 0, all: 0 }).get(name);
  for (const stack of stacks) {
    const kind = kindOf(stack);
    const names = namesOf(stack, kind);
    for (const name of new Set(names)) at(name, kind).all += stack.count / total;
    const innermost = at(names.at(-1), kind);
    innermost.self += stack.count / total;
    innermost.kind = kind;
  }
  return [...found.values()].sort((a, b) => b.self - a.self).slice(0, most);
}

function namesOf({ thread, frames }, kind) {
  if (!['java', 'native', 'kernel'].includes(kind)) return [thread === ENDED ? thread : `[${thread}]`];
  const entry = frames.findIndex(isKernel);
  const outside = entry < 0 ? frames : frames.slice(0, entry);
  const names = outside.map(shortName);
  if (entry >= 0) names.push(`kernel: ${names.at(-1) ?? thread}`);
  return names.length ? names : [thread];
}

/** The profile of allocations: the innermost frame is the class, the one before it made it. */
export function topAllocations(stacks, most = 20) {
  const total = sum(stacks);
  const found = new Map();
  for (const { frames, count } of stacks) {
    const type = shortName(frames.at(-1));
    const where = shortName(frames.at(-2) ?? '?');
    const key = `${type} ${where}`;
    const one = found.get(key) ?? found.set(key, { type, where, self: 0 }).get(key);
    one.self += count / total;
  }
  return [...found.values()].sort((a, b) => b.self - a.self).slice(0, most);
}

const COLORS = { java: '#f2a65a', native: '#e3d26f', kernel: '#9aa4b2', jit: '#8f7ad1', gc: '#6fae75', vm: '#c9b6e4' };
const ROW = 16;
const WIDTH = 1200;
const LEAST = 0.002; // of the whole: narrower ones are left out
const escape = (text) => text.replace(/[&<>"]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one]);

function colorOf(frame, kind) {
  if (!['java', 'native', 'kernel'].includes(kind)) return kind;
  if (isKernel(frame)) return 'kernel';
  return isJava(frame) || frame.startsWith('[') ? 'java' : 'native';
}

/** A flame graph: threads at the bottom, what they called above, as wide as its part of the whole. */
export function flameGraph(title, stacks) {
  const root = { name: title, count: 0, children: new Map() };
  for (const stack of stacks) {
    const kind = kindOf(stack);
    let at = root;
    root.count += stack.count;
    for (const frame of [`[${stack.thread}]`, ...stack.frames]) {
      const name = shortName(frame);
      let child = at.children.get(name);
      if (!child) at.children.set(name, (child = { name, kind: colorOf(frame, kind), count: 0, children: new Map() }));
      child.count += stack.count;
      at = child;
    }
  }
  const boxes = [];
  let depth = 0;
  const place = (node, x, level) => {
    const part = node.count / root.count;
    if (part < LEAST) return;
    depth = Math.max(depth, level);
    boxes.push({ node, x, part, level });
    let at = x;
    for (const child of [...node.children.values()].sort((a, b) => b.count - a.count)) {
      place(child, at, level + 1);
      at += child.count / root.count;
    }
  };
  place(root, 0, 0);
  const height = (depth + 1) * ROW;
  const rects = boxes.map(({ node, x, part, level }) => {
    const [left, wide, top] = [(x * WIDTH).toFixed(1), (part * WIDTH - 0.4).toFixed(1), height - (level + 1) * ROW];
    const room = Math.floor((part * WIDTH - 4) / 6.2);
    const text = room >= 4 ? `<text x="${(x * WIDTH + 2).toFixed(1)}" y="${top + 11}">${escape(node.name.length > room ? `${node.name.slice(0, room - 1)}…` : node.name)}</text>` : '';
    const name = `${escape(node.name)} ${(part * 100).toFixed(1)} %`;
    return `<g><title>${name}</title><rect x="${left}" y="${top}" width="${wide}" height="${ROW - 1}" fill="${COLORS[node.kind] ?? '#dddddd'}"/>${text}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="Helvetica, Arial, sans-serif" font-size="10.5">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    ...rects,
    '</svg>',
    '',
  ].join('\n');
}
