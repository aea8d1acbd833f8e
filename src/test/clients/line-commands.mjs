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

/** What a node says to a client, but for answers to pings and errors. `n` counts the frames of the socket, where somebody does. */
export function recordFrame(socket, frame, t, n) {
  switch (frame.type) {
    case 'push': {
      const { content } = frame;
      // What the publisher put in says which push this is, whatever the message_id claims.
      const body = content.data !== '' ? content.data : Buffer.from(content.binary ?? '', 'base64').toString();
      return record({ k: 'push', socket, n, message_id: frame.message_id, body, type: content.type, room: frame.room_id, user: frame.user_id, t });
    }
    case 'welcome':
      return record({ k: 'welcome', socket, node: frame.node_id, user: frame.user_id, rooms: frame.rooms, session: frame.session_id, t });
    case 'joined':
    case 'left':
      return record({ k: frame.type, socket, room: frame.room_id, t });
    case 'gap':
      return record({ k: 'gap', socket, dropped: frame.dropped, t });
    case 'drain':
      return record({ k: 'drain', socket, reconnect_after_ms: frame.reconnect_after_ms, t });
    case 'pong':
    case 'error':
      return undefined;
    default:
      return record({ k: 'stray', socket, frame, t });
  }
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
