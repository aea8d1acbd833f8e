// Many WebSockets, and a ledger of every frame that each of them received. Commands:
//   open  {sockets: [{socket, url, user, rooms}], concurrency}   resolves when all are welcomed; fails naming those that are not
//   send  {socket, frame}           sends a frame; for join and leave, resolves with the answer
//   flush {timeout_ms}              a last ping on every open socket: resolves with how many answered
//   close {sockets: [socket]}       closes them with 1000 and waits
//   churn {clients, rooms, users, nodes, steps, pause_ms, seed, prefix}    begins what churn.mjs says
//   nodes {nodes: {name: url}}      where the churn opens its next connections
//   calm  {}                        ends the churn: {opened, joins, leaves, cut, closed, broken, open}
//   movers {clients: [{name, user, rooms, node, library}], nodes, handover_ms}   begins what movers.mjs says; resolves when all are welcomed
//   settle {}                       {moves, retries, cut_short, amiss, open}, when none of these is on the way
//   stats {}                        {open, welcomed, closed, pushes, drains}
import WebSocket from 'ws';
import { Churn } from './churn.mjs';
import { ledgerWritten, now, record, recordFrame, serve } from './line-commands.mjs';
import { Movers } from './movers.mjs';

const sockets = new Map();
let pushes = 0;
let lastId = 0;
let churn;
let movers;

class Client {
  constructor({ socket, url, user, rooms = [] }) {
    this.name = socket;
    this.user = user;
    this.answers = new Map();
    this.frames = 0;
    this.drains = 0;
    const query = new URLSearchParams({ user_id: user });
    for (const room of rooms) query.append('room_id', room);
    record({ k: 'opening', socket, user, rooms, url, t: now() });
    this.ws = new WebSocket(`${url}?${query}`, { perMessageDeflate: false, handshakeTimeout: 10_000 });
    this.ended = new Promise((resolve) => (this.end = resolve));
    this.ready = new Promise((resolve, reject) => {
      this.welcome = resolve;
      this.ended.then((why) => reject(new Error(`${socket} was not welcomed: ${why}`)));
    });
    this.ready.catch(() => {});
    this.ws.on('message', (data, binary) => this.receive(data, binary));
    this.ws.on('error', (error) => (this.error = error.message));
    this.ws.on('close', (code, reason) => {
      this.closed = true;
      record({ k: 'closed', socket, code, reason: String(reason), t: now() });
      this.end(`closed ${code} ${this.error ?? ''}`);
      for (const { reject } of this.answers.values()) reject(new Error(`${socket} closed ${code}`));
    });
  }

  receive(data, binary) {
    const t = now();
    const frame = binary ? { type: 'binary' } : JSON.parse(data);
    this.frames++;
    recordFrame(this.name, frame, t, this.frames);
    switch (frame.type) {
      case 'push':
        pushes++;
        return;
      case 'welcome':
        this.welcomed = true;
        return this.welcome(frame);
      case 'drain':
        this.drains++;
        this.onDrain?.(frame.reconnect_after_ms);
    }
    if (frame.id !== undefined) {
      this.answers.get(frame.id)?.resolve(frame);
      this.answers.delete(frame.id);
    }
  }

  ask(frame) {
    const id = ++lastId;
    if (frame.type === 'join' || frame.type === 'leave') {
      record({ k: `${frame.type}-sent`, socket: this.name, room: frame.room_id, t: now() });
    }
    return new Promise((resolve, reject) => {
      this.answers.set(id, { resolve, reject });
      if (this.closed) return reject(new Error(`${this.name} is closed`));
      this.ws.send(JSON.stringify({ ...frame, id }));
    });
  }

  isOpen() {
    return this.welcomed && !this.closed && this.ws.readyState === WebSocket.OPEN;
  }

  /** A last ping; recorded, its answer proves that everything written until then has come. */
  async flush(timeoutMs, { recorded = true } = {}) {
    const t = now();
    const late = new Promise((_, reject) => setTimeout(reject, timeoutMs, new Error('late')).unref());
    try {
      await Promise.race([this.ask({ type: 'ping' }), late]);
      if (recorded) record({ k: 'flushed', socket: this.name, sent: t, t: now() });
      return true;
    } catch {
      return false;
    }
  }
}

function add(client) {
  sockets.set(client.name, client);
  return client;
}

function find(name) {
  const client = sockets.get(name);
  if (!client) throw new Error(`no socket ${name}`);
  return client;
}

serve({
  async open({ sockets: wanted, concurrency = 50 }) {
    const queue = [...wanted];
    const nodes = {};
    await Promise.all(
      Array.from({ length: Math.min(concurrency, queue.length) }, async () => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          if (sockets.has(next.socket)) throw new Error(`${next.socket} is there already`);
          const client = add(new Client(next));
          const { node_id: node } = await client.ready;
          nodes[node] = (nodes[node] ?? 0) + 1;
        }
      }),
    );
    return { opened: wanted.length, nodes };
  },

  async send({ socket, frame }) {
    return { frame: await find(socket).ask(frame) };
  },

  async flush({ timeout_ms: timeoutMs = 5_000 }) {
    const open = [...sockets.values()].filter((client) => client.isOpen());
    const answers = await Promise.all(open.map((client) => client.flush(timeoutMs)));
    await ledgerWritten();
    return { asked: open.length, answered: answers.filter(Boolean).length };
  },

  async close({ sockets: names }) {
    const closing = names.map(find);
    for (const client of closing) client.ws.close(1000);
    await Promise.all(closing.map((client) => client.ended));
    return { closed: closing.length };
  },

  async churn(wanted) {
    churn = new Churn(wanted, (one) => add(new Client(one)));
    return {};
  },

  async nodes({ nodes }) {
    churn.nodes = nodes;
    return {};
  },

  async calm() {
    const counts = await churn.calm();
    return { ...counts, open: [...sockets.values()].filter((client) => client.isOpen()).length };
  },

  async movers(wanted) {
    movers = new Movers(wanted, (one) => add(new Client(one)), add);
    await movers.begun;
    return {};
  },

  async settle() {
    const counts = await movers.settled();
    return { ...counts, open: [...sockets.values()].filter((client) => client.isOpen()).length };
  },

  async stats() {
    const all = [...sockets.values()];
    return {
      open: all.filter((client) => client.isOpen()).length,
      welcomed: all.filter((client) => client.welcomed).length,
      closed: all.filter((client) => client.closed).length,
      drains: all.reduce((sum, client) => sum + client.drains, 0),
      pushes,
    };
  },
});
