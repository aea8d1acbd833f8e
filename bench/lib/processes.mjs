// Starts, watches and stops the processes that are measured, and reads what they used.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENDED } from './threads.mjs';

const TICKS = 100; // of /proc/PID/stat a second: fixed for user space on Linux
const running = new Set();

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * One child process. Its output goes to a log file, so that a failure can be read afterwards; with {lines: true} its standard
 * output is read line by line instead. Its standard input stays open until it is stopped.
 */
export class Process {
  constructor(name, command, args, { log, env = {}, cwd, lines = false } = {}) {
    this.name = name;
    this.log = log;
    const out = fs.openSync(log, 'a');
    this.child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', lines ? 'pipe' : out, out] });
    fs.closeSync(out);
    this.pid = this.child.pid;
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ error }));
      this.child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    running.add(this);
    this.exited.then((end) => {
      this.end = end;
      running.delete(this);
    });
    if (lines) this.reader = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** The next line of its output; fails when it ended instead. */
  async line(timeoutMs = 60_000) {
    const timeout = sleep(timeoutMs, { late: true }, { ref: false });
    const next = await Promise.race([this.reader.next(), timeout]);
    if (next.late || next.done) throw new Error(`${this.name} said nothing${next.late ? ` in ${timeoutMs} ms` : ' and ended'} (${this.log})`);
    return next.value;
  }

  /** Waits until ask() is true; fails when the process ended. */
  async until(ask, { timeoutMs = 30_000, pollMs = 20 } = {}) {
    const deadline = performance.now() + timeoutMs;
    while (!(await ask())) {
      if (this.end) throw new Error(`${this.name} ended with ${JSON.stringify(this.end)} (${this.log})`);
      if (performance.now() > deadline) throw new Error(`${this.name} was not ready in ${timeoutMs} ms (${this.log})`);
      await sleep(pollMs);
    }
  }

  /** SIGTERM, and SIGKILL when that did not end it. */
  async stop(graceMs = 5_000) {
    if (this.end) return this.end;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), graceMs);
    const end = await this.exited;
    clearTimeout(timer);
    return end;
  }
}

/** Ends what is still running: after a failure, or when the user interrupts. */
export async function stopAll() {
  await Promise.all([...running].map((one) => one.stop(2_000)));
}

/** A command that ends by itself: its output, or an error with the end of its log. */
export const run = (name, command, args, options) => outputOf(new Process(name, command, args, { ...options, lines: true }));

/** The same of one that has been started, with {lines: true}. */
export async function outputOf(child) {
  const { name } = child;
  const lines = [];
  for (let next = await child.reader.next(); !next.done; next = await child.reader.next()) lines.push(next.value);
  const end = await child.exited;
  if (end.code !== 0) throw new Error(`${name} ended with ${JSON.stringify(end)}: ${tail(child.log)}`);
  return lines;
}

export function tail(file) {
  return fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5).join(' | ').slice(-600);
}

export async function httpOk(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

function statOf(file) {
  const text = fs.readFileSync(file, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  return { name, parent: Number(fields[1]), user: Number(fields[11]) / TICKS, system: Number(fields[12]) / TICKS };
}

function children(pid) {
  return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

/**
 * CPU-seconds so far of a process and its children, user and system apart, and of each group of threads by name.
 */
export function cpuOf(pid) {
  const total = { user: 0, system: 0, threads: {} };
  for (const one of [pid, ...children(pid)]) {
    for (const task of fs.readdirSync(`/proc/${one}/task`)) {
      try {
        const thread = statOf(`/proc/${one}/task/${task}/stat`);
        const group = (total.threads[thread.name.replace(/[-#_ ]*\d+$/, '')] ??= { user: 0, system: 0 });
        group.user += thread.user;
        group.system += thread.system;
      } catch {
        // A thread that ended between the listing and the reading.
      }
    }
    const { user, system } = statOf(`/proc/${one}/stat`);
    total.user += user;
    total.system += system;
  }
  return total;
}

export function cpuBetween(before, after) {
  const round = (seconds) => Number(seconds.toFixed(2));
  const user = after.user - before.user;
  const system = after.system - before.system;
  const threads = {};
  const rest = { user, system };
  for (const [name, one] of Object.entries(after.threads)) {
    const used = { user: one.user - (before.threads[name]?.user ?? 0), system: one.system - (before.threads[name]?.system ?? 0) };
    // One of the group has ended, with more than the others have used since.
    if (used.user < 0 || used.system < 0) continue;
    rest.user -= used.user;
    rest.system -= used.system;
    if (used.user + used.system > 0.005) threads[name] = { user: round(used.user), system: round(used.system) };
  }
  // A tick more or less in the sum is the kernel's rounding.
  if (rest.user + rest.system > 0.015) threads[ENDED] = { user: Math.max(0, round(rest.user)), system: Math.max(0, round(rest.system)) };
  return { user, system, threads };
}

export function rssBytes(pid) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) * 1024;
}
