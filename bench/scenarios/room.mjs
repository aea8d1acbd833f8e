import { fanOut, fanOutOf, fanOutSeconds, loss } from '../lib/fanout.mjs';
import { centrifugo, floor, nchan, npmWs, ours, socketIo } from '../lib/servers.mjs';
import { staying, warmUpByPushes, warmUpSeconds } from '../lib/staying.mjs';

/** One room, 1,000 sockets, 128 B, 150 pushes a second: one write a delivery. */
export default function room({ quick }) {
  const load = quick
    ? { sockets: 200, rate: 150, size: 128, warm: 2, secs: 2 }
    : { sockets: 1000, rate: 150, size: 128, warm: 2, secs: 3 };
  const peers = [nchan, npmWs, socketIo, centrifugo];
  const all = [ours, floor(1), ...peers];
  const stay = all.filter((one) => !one.ownRate);
  // At five times the rate: the compilers count calls, and a server that is up has long had them.
  const servers = staying(stay, load, (ctx, one, server) =>
    warmUpByPushes(ctx, one, server, one === ours ? { ...load, rate: 5 * load.rate } : load));
  return {
    id: 'room',
    title: `One room, ${load.sockets.toLocaleString('en')} sockets, ${load.size} B, ${load.rate} pushes/s`,
    contenders: all.map((one) => ({
      id: one.id,
      label: one.label,
      seconds: fanOutSeconds(one, load),
      measure: (ctx) =>
        one.ownRate ? fanOut(ctx, one, load) : servers.turn(ctx, one, (server) => fanOutOf(ctx, server, { ...load, jvm: one.jvm })),
    })),
    once: warmUpSeconds(stay, quick),
    ...servers,
    profile: (ctx, around) => servers.turn(ctx, ours, (server) => fanOutOf(ctx, server, { ...load, secs: around.secs, jvm: true }, around)),
    figure: { key: 'cpuUs', label: 'server CPU, µs a delivery' },
    loss,
    rows: [
      { what: 'CPU a delivery / C floor', ours: 'cpuUs', of: 'floor', target: { max: 1.25 } },
      { what: 'user time a delivery, µs', ours: 'userUs', target: { max: 0.5 } },
      { what: 'of it without the JVM’s own threads, µs', ours: 'programUs' },
      ...peers.map((peer) => ({ what: `CPU a delivery / ${peer.label}`, ours: 'cpuUs', of: peer.id, target: { max: 1 } })),
      ...peers.map((peer) => ({ what: `p99 latency / ${peer.label}`, ours: 'p99Ms', of: peer.id })),
    ],
  };
}
