import { fanOutOf, fanOutSeconds, loss } from '../lib/fanout.mjs';
import { centrifugo, ours } from '../lib/servers.mjs';
import { staying, warmUpByPushes, warmUpSeconds } from '../lib/staying.mjs';

/** 50 rooms of 200 sockets, at 60 % of the highest rate that the peer keeps up with. */
export default function rooms50({ quick }) {
  const shape = quick
    ? { sockets: 500, rooms: 10, size: 128, warm: 2, secs: 2 }
    : { sockets: 10_000, rooms: 50, size: 128, warm: 3, secs: 3 };
  let rate;
  // The peer comes first: its highest rate says at which load the other is warmed up.
  const servers = staying([centrifugo, ours], {}, async (ctx, one, server) => {
    if (one === ours) rate ??= 0.6 * (await servers.turn(ctx, centrifugo, async (peer) => ({ found: await highestRate(ctx, peer, shape) }))).found;
    return one === ours ? warmUpByPushes(ctx, one, server, { ...shape, rate }) : {};
  });
  const contender = (one) => ({
    id: one.id,
    label: one.label,
    seconds: fanOutSeconds(one, shape) + 1.5,
    // Without the peer there is no rate to measure at.
    missing: (ctx) => ctx.missing('centrifugo'),
    async measure(ctx) {
      const result = await servers.turn(ctx, one, (server) => fanOutOf(ctx, server, { ...shape, rate, jvm: one.jvm }));
      return { rate, ...result };
    },
  });
  return {
    id: 'rooms50',
    once: (quick ? 30 : 80) + warmUpSeconds([ours], quick), // to find the rate
    title: `${shape.rooms} rooms of ${shape.sockets / shape.rooms} sockets, 128 B, at 60 % of Centrifugo’s highest rate`,
    contenders: [contender(ours), contender(centrifugo)],
    ...servers,
    figure: { key: 'cpuUs', label: 'server CPU, µs a delivery' },
    loss,
    rows: [
      { what: 'p99 latency / Centrifugo', ours: 'p99Ms', of: 'centrifugo', target: { max: 0.5 } },
      { what: 'CPU a delivery / Centrifugo', ours: 'cpuUs', of: 'centrifugo', target: { max: 0.5 } },
    ],
  };
}

/** Pushes a second: doubled until it loses, refuses, or lags more than a second behind; then the distance is halved. */
async function highestRate(ctx, server, shape) {
  let low = 0;
  let high = Infinity;
  let rate = 200;
  while (high / low > 1.1 && rate > 10) {
    const result = await fanOutOf(ctx, server, { ...shape, rate, warm: 3, secs: 3 });
    if (loss(result) === null && result.p99Ms < 1000) low = rate;
    else high = rate;
    rate = high === Infinity ? low * 2 : (low + high) / 2;
  }
  return low;
}
