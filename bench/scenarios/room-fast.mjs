import { centrifugo, floor, nchan, ours } from '../lib/servers.mjs';
import { fanOut, fanOutContender, loss, warmedUp } from '../lib/fanout.mjs';
import { together } from '../lib/together.mjs';

/** The same room at 800 pushes a second: only who joins messages into fewer writes keeps up. */
export default function roomFast({ quick }) {
  const sockets = quick ? 200 : 1000;
  const load = { sockets, rate: 800, size: 128, warm: 2, secs: quick ? 2 : 3 };
  const measured = (one) => fanOutContender(one, load, quick);
  const [fast, slow] = together(
    [measured(ours), { id: 'ours-150', label: 'Push-Manager at 150/s', seconds: load.warm + load.secs + 3 }],
    (ctx) => bothRates(ctx, warmedUp(ours, load, quick), { ...load, rate: 150 }),
  );
  return {
    id: 'room-fast',
    title: `One room, ${sockets.toLocaleString('en')} sockets, 128 B, 800 pushes/s offered`,
    contenders: [
      fast,
      measured(floor(8)),
      slow,
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

/** One process, warmed up once, at one rate and then at the other. */
async function bothRates(ctx, fast, slow) {
  const server = await ours.start(ctx, fast);
  const held = { start: () => ({ ...server, stop() {} }) };
  try {
    return { ours: await fanOut(ctx, held, fast), 'ours-150': await fanOut(ctx, held, slow) };
  } finally {
    await server.stop();
  }
}
