import { centrifugo, floor, nchan, npmWs, ours, socketIo } from '../lib/servers.mjs';
import { fanOutContender, loss } from '../lib/fanout.mjs';

/** One room, 1,000 sockets, 128 B, 150 pushes a second: one write a delivery. */
export default function room({ quick }) {
  const load = quick
    ? { sockets: 200, rate: 150, size: 128, warm: 2, secs: 2 }
    : { sockets: 1000, rate: 150, size: 128, warm: 2, secs: 3 };
  const peers = [nchan, npmWs, socketIo, centrifugo];
  return {
    id: 'room',
    title: `One room, ${load.sockets.toLocaleString('en')} sockets, ${load.size} B, ${load.rate} pushes/s`,
    contenders: [ours, floor(1), ...peers].map((one) => fanOutContender(one, load, quick)),
    figure: { key: 'cpuUs', label: 'server CPU, µs a delivery' },
    loss,
    rows: [
      { what: 'CPU a delivery / C floor', ours: 'cpuUs', of: 'floor', target: { max: 1.25 } },
      { what: 'user time a delivery, µs', ours: 'userUs', target: { max: 0.5 } },
      ...peers.map((peer) => ({ what: `CPU a delivery / ${peer.label}`, ours: 'cpuUs', of: peer.id, target: { max: 1 } })),
      ...peers.map((peer) => ({ what: `p99 latency / ${peer.label}`, ours: 'p99Ms', of: peer.id })),
    ],
  };
}
