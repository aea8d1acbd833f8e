// Clients that stay: each is connected to one node, and told to `drain` it opens a connection elsewhere at the time it was given,
// and leaves the old one only when the new one was welcomed and the old one has answered a last ping. Its sockets are NAME~0, NAME~1, …
// A node is somewhere to go to when its /health says so, as a load balancer would find out. Those of the clients that are to use the
// product's own /client.js do all this by it.
import { LibraryClient } from './library-client.mjs';

const FLUSH_MS = 10_000;
const RETRY_MS = 50;
const HEALTH_MS = 100; // how long an answer of /health is good for

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Movers {
  #counts = { moves: 0, retries: 0, cut_short: 0 };
  #underWay = new Set();
  #health = new Map();
  #serving = new Set();
  #library = [];

  /**
   * @param wanted clients: [{name, user, rooms, node, library}], the node where each begins, and whether it uses /client.js;
   *   nodes: {name: url}; handover_ms: how long the old connection is kept when the new one is welcomed
   * @param open makes a connection of {socket, url, user, rooms}
   * @param add makes a client known that opens its connections itself
   */
  constructor({ clients, nodes, handover_ms: handoverMs }, open, add) {
    Object.assign(this, { nodes, handoverMs, open });
    this.begun = Promise.all(clients.map((client, index) =>
      client.library ? this.#beginLibrary(client, index, add) : this.#begin({ ...client, index, sockets: 0 })));
  }

  #beginLibrary(client, index, add) {
    if (this.#library.length === 0) this.#watch();
    const nodeFor = (before) => {
      if (before === undefined) return this.nodes[client.node];
      const others = this.#elsewhere(before);
      const serving = others.filter((url) => this.#serving.has(url));
      const among = serving.length > 0 ? serving : others;
      return among[index % among.length];
    };
    this.#library.push(add(new LibraryClient(client, this.handoverMs, nodeFor)));
    return this.#library.at(-1).ready;
  }

  /** Keeps account of who serves, for those who cannot wait for an answer. */
  #watch() {
    setInterval(() => {
      for (const url of Object.values(this.nodes)) this.#serves(url).then((yes) => this.#serving[yes ? 'add' : 'delete'](url));
    }, HEALTH_MS).unref();
  }

  async #begin(client) {
    this.#stay(client, await this.#connect(client, [this.nodes[client.node]]));
  }

  /** Resolves when nobody is on the way. */
  async settled() {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    while (this.#library.some((client) => !client.isOpen())) await sleep(RETRY_MS);
    const sum = (of) => this.#library.reduce((total, client) => total + of(client), 0);
    return {
      ...this.#counts,
      moves: this.#counts.moves + sum(({ moves }) => moves),
      cut_short: this.#counts.cut_short + sum(({ cutShort }) => cutShort),
      amiss: sum((client) => client.amiss()),
    };
  }

  #track(work) {
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  #stay(client, connection) {
    let told = false;
    connection.onDrain = (afterMs) => {
      if (!told) this.#track(this.#move(client, connection, afterMs));
      told = true;
    };
    connection.ended.then(() => {
      if (connection.left) return;
      this.#counts.cut_short++;
      if (!told) this.#track(this.#connect(client, this.#elsewhere(connection.url)).then((next) => this.#stay(client, next)));
    });
  }

  async #move(client, old, afterMs) {
    await sleep(afterMs);
    this.#stay(client, await this.#connect(client, this.#elsewhere(old.url)));
    this.#counts.moves++;
    await sleep(this.handoverMs);
    // No proof for this socket alone: an ACCEPTED push may wait in a mailbox still, and then comes by the new one.
    await old.flush(FLUSH_MS, { recorded: false });
    old.left = true;
    old.ws.close(1000);
  }

  #elsewhere(url) {
    return Object.values(this.nodes).filter((other) => other !== url);
  }

  /** At one of these that serves, for as long as it takes. */
  async #connect(client, urls) {
    for (let attempt = 0; ; attempt++) {
      const url = urls[(client.index + attempt) % urls.length];
      if (await this.#serves(url)) {
        const connection = this.open({ socket: `${client.name}~${client.sockets++}`, url, user: client.user, rooms: client.rooms });
        connection.url = url;
        try {
          await connection.ready;
          return connection;
        } catch {
          // it has changed its mind since
        }
      }
      this.#counts.retries++;
      await sleep(RETRY_MS);
    }
  }

  #serves(url) {
    const known = this.#health.get(url);
    if (known && performance.now() - known.at < HEALTH_MS) return known.answer;
    const page = url.replace('ws:', 'http:').replace(/\/ws$/, '/health');
    const answer = fetch(page, { headers: { connection: 'close' }, signal: AbortSignal.timeout(2_000) })
      .then(async (response) => (await response.arrayBuffer(), response.status === 200))
      .catch(() => false);
    this.#health.set(url, { at: performance.now(), answer });
    return answer;
  }
}
