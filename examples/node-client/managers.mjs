import grpc from '@grpc/grpc-js';
import { lookup } from 'node:dns/promises';
import { PushManagerService } from './protos.mjs';

const PREFIX = '/services/push-manager/';
const PREFIX_END = '/services/push-manager0'; // the first key that does not begin with it
const LOOK_UP_MS = 3_000;

const base64 = (text) => Buffer.from(text).toString('base64');

// A channel to all managers that takes one after the other: `host:port,host:port` are always these, `etcd://host:port` is
// whoever is registered there, asked every three seconds. A lookup that fails changes nothing, so the managers outlive etcd.
export class Managers {
  #where;
  #target;
  #stub;
  #lookedUpAt = -Infinity;

  constructor(where) {
    this.#where = where;
  }

  async stub() {
    if (performance.now() - this.#lookedUpAt > LOOK_UP_MS) {
      this.#lookedUpAt = performance.now();
      try {
        this.#connect(await targetOf(await this.#addresses()));
      } catch (error) {
        if (!this.#stub) throw Object.assign(error, { code: grpc.status.UNAVAILABLE });
        console.error(`managers are not known anew: ${error.message}`);
      }
    }
    return this.#stub;
  }

  close() {
    this.#stub?.close();
  }

  async #addresses() {
    if (!this.#where.startsWith('etcd://')) return this.#where.split(',');
    const answer = await fetch(`http://${this.#where.slice('etcd://'.length)}/v3/kv/range`, {
      method: 'POST',
      body: JSON.stringify({ key: base64(PREFIX), range_end: base64(PREFIX_END) }),
      signal: AbortSignal.timeout(2_000),
    });
    if (!answer.ok) throw new Error(`etcd answers ${answer.status}`);
    const { kvs = [] } = await answer.json();
    // The key ends in the address. grpc-js asks no health service, but one that drains says so in its value.
    return kvs
      .map(({ key, value }) => ({ address: decode(key).slice(PREFIX.length), value: decode(value) }))
      .filter(({ value }) => !value.includes('"state":"draining"'))
      .map(({ address }) => address);
  }

  #connect(target) {
    if (target === this.#target) return;
    const before = this.#stub;
    this.#stub = new PushManagerService(target, grpc.credentials.createInsecure(), {
      'grpc.default_authority': 'push-manager', // a list of addresses is none
      'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
    });
    this.#target = target;
    before?.close(); // calls under way go on
  }
}

const decode = (text) => Buffer.from(text, 'base64').toString();

// Several addresses in one target are numeric ones.
async function targetOf(addresses) {
  if (addresses.length === 0) throw new Error('no manager is known');
  const numeric = await Promise.all(
    addresses.map(async (hostPort) => {
      const colon = hostPort.lastIndexOf(':');
      const { address } = await lookup(hostPort.slice(0, colon), { family: 4 });
      return address + hostPort.slice(colon);
    }),
  );
  return `ipv4:${numeric.sort().join(',')}`;
}
