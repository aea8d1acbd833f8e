// Which of a JVM's threads do what: by the names that the kernel knows, which are cut after 15 characters: pure.

/** What was used by threads that have ended: a JVM ends compiler threads that have nothing to do, and starts them again. */
export const ENDED = 'ended threads';

const KINDS = [
  ['jit', /^C[12] Compiler|^Sweeper|^ended threads$/],
  ['gc', /^GC Thread|^G1 /],
  ['vm', /^VM |^Monitor Deflat|^Signal Dispatch|^Service Thread|^Common-Cleaner|^Finalizer|^Reference Handl|^Notification Th|^Attach Listener/],
];

/** jit, gc, vm, or program: everything else. */
export const kindOfThread = (name) => KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'program';

/**
 * A JVM's CPU-seconds by what used them: its JIT compilers, its collector, the rest of the machine itself, and the program, of which
 * user and system time are apart. The other three are both together.
 */
export function jvmSplit({ user, system, threads }) {
  const split = { program: user, kernel: system, jit: 0, gc: 0, vm: 0 };
  for (const [name, used] of Object.entries(threads)) {
    const kind = kindOfThread(name);
    if (kind === 'program') continue;
    split[kind] += used.user + used.system;
    split.program -= used.user;
    split.kernel -= used.system;
  }
  return split;
}

/** The same as parts of the whole, for results. */
export function jvmParts(cpu) {
  const split = jvmSplit(cpu);
  const all = Object.values(split).reduce((sum, one) => sum + one, 0);
  return Object.fromEntries(Object.entries(split).map(([name, seconds]) => [name, Number(Math.max(0, seconds / all).toFixed(4))]));
}
