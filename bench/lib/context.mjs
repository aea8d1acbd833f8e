// What the scenarios are told: where things are, which peers are there, where logs go.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Reads the lines "peer.key=value" that scripts/bench leaves. */
export function parsePrepared(text) {
  const peer = {};
  for (const line of text.split('\n')) {
    const match = /^([\w-]+)\.(\w+)=(.*)$/.exec(line);
    if (match) (peer[match[1]] ??= {})[match[2]] = match[3];
  }
  return peer;
}

const output = (command, ...args) => execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

function openFiles() {
  return Number(output('sh', '-c', 'ulimit -Hn').replace('unlimited', '1000000'));
}

function machine() {
  const cpu = os.cpus();
  return {
    cpu: cpu[0]?.model ?? 'unknown',
    cores: cpu.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    kernel: `${os.type()} ${os.release()}`,
    openFiles: openFiles(),
  };
}

function versions(peer, javaVersion) {
  const npm = (name) => JSON.parse(fs.readFileSync(path.join(root, 'bench', 'node_modules', name, 'package.json'), 'utf8')).version;
  const changed = output('git', 'status', '--porcelain', '--untracked-files=no', '--', 'src/main', 'pom.xml') !== '';
  return {
    // The last one that changed what is measured: another that only adds results is no other.
    commit: output('git', 'log', '-1', '--format=%h', '--abbrev=12', '--', 'src/main', 'pom.xml') + (changed ? ' and changes' : ''),
    java: javaVersion,
    nchan: peer.nchan?.version,
    ws: `npm ws ${npm('ws')}, node ${process.version}`,
    'socket.io': `socket.io ${npm('socket.io')}, node ${process.version}`,
    centrifugo: peer.centrifugo?.version,
    seed: peer.seed?.version,
  };
}

export function contextFrom(options) {
  const target = path.join(root, 'target', 'bench');
  const peer = parsePrepared(fs.readFileSync(path.join(target, 'prepared'), 'utf8'));
  const logs = path.join(target, 'logs');
  fs.rmSync(logs, { recursive: true, force: true });
  fs.mkdirSync(logs, { recursive: true });
  // The oldest Java that the product runs on is the one it is measured with, unless a scenario says otherwise.
  const java = peer.jdk17?.home ? path.join(peer.jdk17.home, 'bin', 'java') : 'java';
  let numbered = 0;
  return {
    ...options,
    root,
    target,
    peer,
    java,
    bench: path.join(root, 'bench'),
    peers: path.join(root, 'bench', 'peers'),
    jar: path.join(root, 'target', 'push-manager.jar'),
    machine: machine(),
    loadBefore: Number(peer.load?.before ?? os.loadavg()[0].toFixed(2)),
    versions: versions(peer, output(java, '--version').split('\n')[1]),
    openFiles: openFiles(),
    tool: (name) => path.join(root, 'bench', '.build', 'bin', name),
    log: (name) => path.join(logs, `${String(++numbered).padStart(4, '0')}-${name}.log`),
    folder(name) {
      const folder = path.join(target, name);
      fs.mkdirSync(folder, { recursive: true });
      return folder;
    },
    /** Why a contender cannot be run here, or undefined. */
    missing: (id) => peer[id]?.missing,
  };
}
