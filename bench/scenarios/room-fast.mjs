import { fanOut, fanOutOf, fanOutSeconds, loss } from '../lib/fanout.mjs';
import { centrifugo, floor, nchan, ours } from '../lib/servers.mjs';
import { staying, warmUpByPushes, warmUpSeconds } from '../lib/staying.mjs';

/** The same room at 800 pushes a second: only who joins messages into fewer writes keeps up. */
export default function roomFast({ quick }) {
  const sockets = quick ? 200 : 1000;
  const load = { sockets, rate: 800, size: 128, warm: 2, secs: quick ? 2 : 3 };
  const stay = [ours, nchan, centrifugo];
  const servers = staying(stay, load, (ctx, one, server) => warmUpByPushes(ctx, one, server, load));
  const measured = (one, own = load) => ({
    id: one.id,
    label: one.label,
    seconds: fanOutSeconds(one, own),
    measure: (ctx) =>
      one.ownRate ? fanOut(ctx, one, own) : servers.turn(ctx, one, (server) => fanOutOf(ctx, server, { ...own, jvm: one.jvm })),
  });
  return {
    id: 'room-fast',
    title: `One room, ${sockets.toLocaleString('en')} sockets, 128 B, 800 pushes/s offered`,
    contenders: [
      measured(ours),
      measured(floor(8)),
      // The same process at the other rate.
      { ...measured(ours, { ...load, rate: 150 }), id: 'ours-150', label: 'Push-Manager at 150/s' },
      measured(nchan),
      measured(centrifugo),
    ],
    once: warmUpSeconds(stay, quick),
    ...servers,
    profile: (ctx, around) => servers.turn(ctx, ours, (server) => fanOutOf(ctx, server, { ...load, secs: around.secs, jvm: true }, around)),
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
