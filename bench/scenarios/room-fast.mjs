import { centrifugo, floor, nchan, ours } from '../lib/servers.mjs';
import { fanOutContender, loss } from '../lib/fanout.mjs';

/** The same room at 800 pushes a second: only who joins messages into fewer writes keeps up. */
export default function roomFast({ quick }) {
  const sockets = quick ? 200 : 1000;
  const load = { sockets, rate: 800, size: 128, warm: quick ? 2 : 3, secs: quick ? 2 : 4 };
  const measured = (one) => fanOutContender(one, load, quick);
  return {
    id: 'room-fast',
    title: `One room, ${sockets.toLocaleString('en')} sockets, 128 B, 800 pushes/s offered`,
    contenders: [
      measured(ours),
      measured(floor(8)),
      { ...fanOutContender(ours, { ...load, rate: 150 }, quick), id: 'ours-150', label: 'Push-Manager at 150/s' },
      measured(nchan),
      measured(centrifugo),
    ],
    figure: { key: 'cpuUs', label: 'server CPU, µs a delivery' },
    loss,
    rows: [
      { what: 'part delivered', ours: 'part', target: { min: 1 } },
      { what: 'CPU a delivery / own at 150/s', ours: 'cpuUs', of: 'ours-150', target: { max: 0.3 } },
      { what: 'CPU a delivery / C floor with 8 a write', ours: 'cpuUs', of: 'floor-8', target: { max: 2 } },
      { what: 'p99 latency, ms', ours: 'p99Ms', target: { max: 25 } },
      ...[nchan, centrifugo].flatMap((peer) => [
        { what: `CPU a delivery / ${peer.label}`, ours: 'cpuUs', of: peer.id },
        { what: `delivered a second / ${peer.label}`, ours: 'deliveriesPerS', of: peer.id },
      ]),
    ],
  };
}
