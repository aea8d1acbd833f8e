// Runs the scenarios and writes what they gave. Called by scripts/bench, which prepares what they need.
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as charts from './lib/charts.mjs';
import { contextFrom } from './lib/context.mjs';
import { Progress } from './lib/progress.mjs';
import { stopAll } from './lib/processes.mjs';
import { profileAll } from './lib/profile.mjs';
import { measureAll, roundsOf } from './lib/rounds.mjs';
import { entryOf } from './lib/record.mjs';
import { rowsOf, table } from './lib/report.mjs';
import { keep, resultsFolder } from './lib/results.mjs';
import { scenarios } from './scenarios/index.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    list: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    profile: { type: 'string', multiple: true, default: [] },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 7));
const named = (option) => option.flatMap((names) => names.split(','));
const only = [...named(values.only), ...positionals];
const profiled = named(values.profile);
const known = scenarios.map((make) => make({ quick: values.quick }));

function usageError(text) {
  console.error(`scripts/bench: ${text}`);
  process.exit(2);
}
if (!Number.isInteger(rounds) || rounds < 1) usageError(`--rounds ${values.rounds}: a whole number from 1`);
for (const name of only) {
  if (!known.some((one) => one.id === name)) usageError(`no scenario ${name}: there are ${known.map((one) => one.id).join(', ')}`);
}
for (const name of profiled) {
  const able = known.filter((one) => one.profile).map((one) => one.id);
  if (!able.includes(name)) usageError(`--profile ${name}: there are ${able.join(', ')}`);
}
if (values.record && values.quick) usageError('--record: the figures of --quick mean nothing');
const ids = known.map((one) => one.id);
const secondsOf = (one) => (one.once ?? 0) + one.contenders.reduce((sum, contender) => sum + contender.seconds * roundsOf(one, rounds, contender), 0);
if (values.list) {
  for (const one of known) {
    console.log(`${one.id.padEnd(10)} ${one.title}  (about ${Math.max(1, Math.round(secondsOf(one) / 60))} min)`);
  }
  console.log(`${'all'.padEnd(10)} about ${Math.round(known.reduce((sum, one) => sum + secondsOf(one), 0) / 60)} min`);
  process.exit(0);
}

const chosen = only.length ? known.filter((one) => only.includes(one.id)) : known;
const ctx = contextFrom({ quick: values.quick, record: values.record || (!values.quick && only.length === 0 && profiled.length === 0), rounds });
const present = (one) => one.contenders.filter((contender) => !ctx.missing(contender.id));
const progress = new Progress(
  chosen.flatMap((one) => [{ seconds: one.once ?? 0 }, ...present(one).flatMap((contender) => Array(roundsOf(one, rounds, contender)).fill(contender))]),
);
if (ctx.loadBefore > 0.5 && !values.quick) progress.note(`the machine was not idle (load ${ctx.loadBefore}): every figure may suffer`);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
    progress.note('interrupted: stopping what runs');
    await stopAll();
    process.exit(130);
  });
}

if (profiled.length) {
  try {
    await profileAll(ctx, known.filter((one) => profiled.includes(one.id)), ids, progress);
  } catch (error) {
    console.log(`FAILED: ${error.message}`);
    await stopAll();
    process.exit(1);
  }
  await stopAll();
  process.exit(0);
}

const outcomes = [];
const rows = [];
const folder = resultsFolder(ctx);
for (const scenario of chosen) {
  const date = new Date().toISOString();
  const outcome = await measureAll(ctx, scenario, progress);
  const found = rowsOf(outcome);
  outcomes.push(outcome);
  rows.push(...found);
  // After each, so that an interruption loses only the one under way.
  await keep(ctx, folder, entryOf(ctx, outcome, found, date), ids, charts);
}
await stopAll();

console.log(`\n${table(rows)}\n`);
const failures = outcomes.flatMap((one) => one.failures);
for (const note of outcomes.flatMap((one) => one.notes)) console.log(`note: ${note}`);
for (const failure of failures) console.log(`FAILED: ${failure}`);
console.log(`Raw figures and charts: ${path.relative(process.cwd(), folder)}`);
process.exit(failures.length ? 1 : rows.some((row) => row.verdict === 'not measured') ? 5 : 0);
