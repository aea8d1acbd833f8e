// A program driven over standard input: one JSON object a line, {"id", "cmd", …}; each is answered on standard output by
// {"id", …} or {"id", "error"}. What it saw goes to the ledger, the file named by the first argument, one object a line.
import { createWriteStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

// CLOCK_MONOTONIC, the same for every process of the machine; in microseconds, which a double holds exactly.
export const now = () => Number(process.hrtime.bigint() / 1000n);

const file = createWriteStream(process.argv[2] ?? '/dev/null', { flags: process.env.LEDGER_AT_ONCE ? 'a' : 'w' });
// For a program that is to be killed: what it did must be written down before it is done.
const atOnce = process.env.LEDGER_AT_ONCE ? openSync(process.argv[2], 'a') : undefined;
let buffered = [];

export function record(entry) {
  if (atOnce !== undefined) return void writeSync(atOnce, JSON.stringify(entry) + '\n');
  buffered.push(JSON.stringify(entry));
  if (buffered.length >= 256) writeOut();
}

function writeOut() {
  if (buffered.length === 0) return;
  file.write(buffered.join('\n') + '\n');
  buffered = [];
}

/** Resolves when everything recorded so far is in the file. */
export function ledgerWritten() {
  writeOut();
  return new Promise((resolve) => file.write('', resolve));
}

/** Runs until `exit` or the end of the input. */
export function serve(commands) {
  setInterval(writeOut, 50).unref();
  const answer = (object) => process.stdout.write(JSON.stringify(object) + '\n');
  const end = async () => {
    await ledgerWritten();
    process.exit(0);
  };
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    const { id, cmd, ...args } = JSON.parse(line);
    try {
      if (cmd === 'exit') return await end();
      if (!(cmd in commands)) throw new Error(`unknown command ${cmd}`);
      answer({ ...(await commands[cmd](args)), id });
    } catch (error) {
      answer({ id, error: String(error?.message ?? error) });
    }
  });
  lines.on('close', end);
}
