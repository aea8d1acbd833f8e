// Interleaves the contenders of one scenario: A B C, A B C, …, so that both sides of a ratio stood next to each other in time.
import { stopAll } from './processes.mjs';
import { number } from './statistics.mjs';

/**
 * @returns the scenario with, for each contender, what it gave in each round (null: that run failed), the reasons of those that could
 *     not be run, the failures that spoil the run (ours lost something, or a run crashed twice), and notes: what a peer lost
 */
export async function measureAll(ctx, scenario, progress) {
  const rounds = roundsOf(scenario, ctx.rounds);
  const results = {};
  const missing = {};
  const failures = [];
  const notes = [];
  for (const contender of scenario.contenders) {
    const reason = contender.missing?.(ctx) ?? ctx.missing(contender.id);
    if (reason) missing[contender.id] = reason;
    else results[contender.id] = [];
  }
  await opened(ctx, scenario, Object.keys(results), progress);
  for (let round = 1; round <= rounds; round++) {
    // Every other round the other way round, so that nobody always follows the same neighbour.
    const order = round % 2 ? scenario.contenders : [...scenario.contenders].reverse();
    for (const contender of order) {
      if (missing[contender.id] || round > roundsOf(scenario, ctx.rounds, contender)) continue;
      progress.begin(`${scenario.id}  round ${round}/${rounds}  ${contender.label}`);
      const result = await attempt(ctx, scenario, contender, progress);
      progress.done(contender.seconds, `${contender.label}: ${number(result?.[scenario.figure.key])} ${scenario.figure.label}`);
      results[contender.id].push(result);
      const lost = result && scenario.loss?.(result);
      if (lost) (contender.id.startsWith('ours') ? failures : notes).push(`${scenario.id}, ${contender.label}, round ${round}: ${lost}`);
      if (!result) failures.push(`${scenario.id}, ${contender.label}, round ${round}: no result (target/bench/logs)`);
    }
  }
  await scenario.close?.();
  return { scenario, results, missing, failures, notes };
}

/** What stays up through all rounds is started before the first. What fails here is tried again when its turn comes. */
async function opened(ctx, scenario, ids, progress) {
  try {
    await scenario.open?.(ctx, ids, (text) => progress.begin(`${scenario.id}  ${text}`));
  } catch (error) {
    progress.note(`${scenario.id}: ${error.message}`);
  }
  progress.done(scenario.once ?? 0, '');
}

/** A scenario may need fewer rounds than are asked for, and one of its contenders fewer still. */
export const roundsOf = (scenario, asked, contender) => Math.min(asked, scenario.rounds ?? asked, contender?.rounds ?? asked);

/** A run that failed for a reason outside it (a port taken meanwhile, a machine too busy) gets one more chance. */
async function attempt(ctx, scenario, contender, progress) {
  for (const last of [false, true]) {
    try {
      const result = await contender.measure(ctx);
      if (!result.late || last) return result;
      progress.note(`${scenario.id}, ${contender.label}: ${scenario.loss(result)}; once more`);
    } catch (error) {
      progress.note(`${scenario.id}, ${contender.label}: ${error.message}${last ? '' : '; once more'}`);
      if (!scenario.close) await stopAll();
    }
  }
  return null;
}
