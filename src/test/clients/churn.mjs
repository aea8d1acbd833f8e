// Clients that come and go: each opens a connection, joins and leaves random rooms, ends the connection one way or another,
// and begins anew. The seed says what they do; when they do it also depends on the answers for which they wait.
import { seeded } from './random.mjs';

const MOST_ROOMS = 3;
const FLUSH_MS = 15_000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Churn {
  #over = false;
  #counts = { opened: 0, refused: 0, joins: 0, leaves: 0, cut: 0, closed: 0, broken: 0 };
  #clients;

  /**
   * @param wanted clients, rooms, users: how many; nodes: {name: url}; steps: joins and leaves of one connection at most;
   *   pause_ms: [least, most] between two of them
   * @param open makes a connection of {socket, url, user, rooms}
   */
  constructor({ clients, rooms, users, nodes, steps, pause_ms: pauseMs, seed, prefix = 'churn' }, open) {
    Object.assign(this, { rooms, users, nodes, steps, pauseMs, prefix, open });
    this.#clients = Promise.all(Array.from({ length: clients }, (_, index) => this.#client(index, seeded(seed + index))));
    this.#clients.catch(() => {}); // told by calm()
  }

  /** Every client ends what it is about and stays as it is. */
  async calm() {
    this.#over = true;
    await this.#clients;
    return this.#counts;
  }

  async #client(index, random) {
    const pick = (below) => Math.floor(random() * below);
    for (let n = 0; !this.#over; n++) {
      const connection = await this.#connect(`${this.prefix}-${index}-${n}`, pick);
      if (connection) await this.#live(connection, pick);
    }
  }

  async #connect(socket, pick) {
    const urls = Object.values(this.nodes);
    const rooms = [...new Set(Array.from({ length: pick(MOST_ROOMS) }, () => this.#room(pick)))];
    const connection = this.open({ socket, url: urls[pick(urls.length)], user: `user-${pick(this.users)}`, rooms });
    try {
      await connection.ready;
      this.#counts.opened++;
      this.#counts.joins += rooms.length;
      return { connection, rooms };
    } catch {
      this.#counts.refused++;
      await sleep(100);
      return undefined;
    }
  }

  async #live({ connection, rooms }, pick) {
    const [least, most] = this.pauseMs;
    try {
      for (let left = 1 + pick(this.steps); left > 0; left--) {
        await sleep(least + pick(most - least));
        if (this.#over) return;
        await this.#step(connection, rooms, pick);
      }
      await this.#end(connection, pick);
    } catch (error) {
      if (!connection.closed) throw error;
      this.#counts.broken++;
    }
  }

  /** What was answered before the next begins: then nobody need guess between which two a push came. */
  async #step(connection, rooms, pick) {
    const room = this.#room(pick);
    const at = rooms.length === MOST_ROOMS ? pick(MOST_ROOMS) : rooms.indexOf(room);
    if (at >= 0) {
      await connection.ask({ type: 'leave', room_id: rooms[at] });
      rooms.splice(at, 1);
      this.#counts.leaves++;
    } else {
      const { type } = await connection.ask({ type: 'join', room_id: room });
      if (type !== 'joined') throw new Error(`${connection.name} may not join ${room}`);
      rooms.push(room);
      this.#counts.joins++;
    }
  }

  /** Two of three with a last ping, which proves what came; one of those with a close, the others cut off. */
  async #end(connection, pick) {
    const way = pick(3);
    if (way > 0) await connection.flush(FLUSH_MS);
    if (way === 1) {
      connection.ws.close(1000);
      this.#counts.closed++;
    } else {
      connection.ws.terminate();
      this.#counts.cut++;
    }
    await connection.ended;
  }

  #room(pick) {
    return `room-${pick(this.rooms)}`;
  }
}
