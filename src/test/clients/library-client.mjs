// The product's own /client.js among clients that are not: it decides when to connect and what to leave, we only choose the node for
// each of its connections, as a load balancer would, and write down what every connection brought and what the client made of it.
import WebSocket from 'ws';
import { connect } from '../../main/resources/web/client.js';
import { now, record, recordFrame } from './line-commands.mjs';

export class LibraryClient {
  drains = 0;
  welcomed = false;
  closed = false;
  cutShort = 0;
  #sockets = 0;
  #open = new Map(); // by name
  #welcomes = [];
  #frames = new Set();
  #shown = [];

  /** @param nodeFor (url of the connection before, or nothing) → the one to connect to */
  constructor({ name, user, rooms }, handoverMs, nodeFor) {
    const self = this;
    this.name = name;
    this.Socket = class extends WebSocket {
      constructor(url) {
        const node = nodeFor(self.url);
        self.url = node;
        super(node + new URL(url).search, { perMessageDeflate: false, handshakeTimeout: 10_000 });
        self.#opened(this, user, new URL(url).searchParams.getAll('room_id'));
      }
    };
    this.client = connect('ws://any-node/ws', { userId: user, rooms, timing: { handoverMs }, WebSocket: this.Socket });
    this.client.on('push', (push) => this.#shown.push(push.message_id));
    this.ready = new Promise((resolve) => this.client.on('state', ({ state }) => {
      if (state === 'open') resolve();
      if (state === 'reconnecting') this.cutShort++;
    }));
  }

  #opened(ws, user, rooms) {
    const socket = `${this.name}~${this.#sockets++}`;
    record({ k: 'opening', socket, user, rooms, url: this.url, t: now() });
    this.#open.set(socket, ws);
    ws.on('message', (data) => {
      const frame = JSON.parse(data);
      recordFrame(socket, frame, now());
      if (frame.type === 'welcome') this.#welcomes.push(socket);
      if (frame.type === 'push') this.#frames.add(frame.message_id);
      if (frame.type === 'drain') this.drains++;
      this.welcomed ||= frame.type === 'welcome';
    });
    ws.on('close', (code) => {
      record({ k: 'closed', socket, code, t: now() });
      this.#open.delete(socket);
    });
  }

  /** One connection, and that one welcomed. */
  isOpen() {
    return this.client.state === 'open' && this.#open.size === 1;
  }

  get moves() {
    return this.#welcomes.length - 1;
  }

  /** What connections brought and the client did not show, and what it showed twice. */
  amiss() {
    const shown = new Set(this.#shown);
    return [...this.#frames].filter((id) => !shown.has(id)).length + this.#shown.length - shown.size;
  }

  async flush() {
    const t = now();
    try {
      await this.client.ping();
      record({ k: 'flushed', socket: this.#welcomes.at(-1), sent: t, t: now() });
      return true;
    } catch {
      return false;
    }
  }
}
