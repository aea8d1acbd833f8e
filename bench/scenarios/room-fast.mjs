import { centrifugo, floor, nchan, ours } from '../lib/servers.mjs';
import { fanOut, loss } from '../lib/fanout.mjs';

/** The same room at 800 pushes a second: only who joins messages into fewer writes keeps up. */
export default function roomFast({ quick }) {
  const sockets = quick ? 200 : 1000;
  const load = { sockets, rate: 800, size: 128, warm: quick ? 3 : 6, secs: quick ? 2 : 5 };
  const slow = { ...load, rate: 150 };
  const measured = (one, of, changes = {}) => ({
    ...one,
    ...changes,
    seconds: of.warm + of.secs + 4,
    measure: (ctx) => fanOut(ctx, one, of),
  });
  return {
    id: 'room-fast',
    title: `One room, ${sockets.toLocaleString('en')} sockets, 128 B, 800 pushes/s offered`,
    contenders: [
      measured(ours, load),
      measured(floor(8), load),
      measured(ours, slow, { id: 'ours-150', label: 'Push-Manager at 150/s' }),
      measured(nchan, load),
      measured(centrifugo, load),
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
