// Runs the scenarios and writes what they gave. Called by scripts/bench, which prepares what they need.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { contextFrom } from './lib/context.mjs';
import { Progress } from './lib/progress.mjs';
import { stopAll } from './lib/processes.mjs';
import { measureAll, roundsOf } from './lib/rounds.mjs';
import { rowsOf, table } from './lib/report.mjs';
import { writeResults } from './lib/results.mjs';
import { scenarios } from './scenarios/index.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    list: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 7));
const only = values.only.flatMap((names) => names.split(','));
const known = scenarios.map((make) => make({ quick: values.quick }));

function usageError(text) {
  console.error(`scripts/bench: ${text}`);
  process.exit(2);
}
if (!Number.isInteger(rounds) || rounds < 1) usageError(`--rounds ${values.rounds}: a whole number from 1`);
for (const name of only) {
  if (!known.some((one) => one.id === name)) usageError(`--only ${name}: there are ${known.map((one) => one.id).join(', ')}`);
}
if (values.list) {
  for (const one of known) {
    const minutes = (one.contenders.reduce((sum, contender) => sum + contender.seconds, 0) * roundsOf(one, rounds)) / 60;
    console.log(`${one.id.padEnd(10)} ${one.title}  (about ${Math.max(1, Math.round(minutes))} min)`);
  }
  process.exit(0);
}

const chosen = only.length ? known.filter((one) => only.includes(one.id)) : known;
const ctx = contextFrom({ quick: values.quick, whole: !values.quick && only.length === 0, rounds });
const progress = new Progress(
  chosen.flatMap((one) => one.contenders.filter((contender) => !ctx.missing(contender.id)).flatMap((contender) => Array(roundsOf(one, rounds)).fill(contender))),
);
if (ctx.machine.loadBefore > 0.5 && !values.quick) progress.note(`the machine is not idle (load ${ctx.machine.loadBefore}): every figure will suffer`);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
    progress.note('interrupted: stopping what runs');
    await stopAll();
    process.exit(130);
  });
}

const outcomes = [];
for (const scenario of chosen) outcomes.push(await measureAll(ctx, scenario, progress));
await stopAll();

const rows = outcomes.flatMap(rowsOf);
console.log(`\n${table(rows)}\n`);
const failures = outcomes.flatMap((one) => one.failures);
for (const note of outcomes.flatMap((one) => one.notes)) console.log(`note: ${note}`);
for (const failure of failures) console.log(`FAILED: ${failure}`);
const written = await writeResults(ctx, outcomes, rows, failures);
console.log(`Raw figures and charts: ${path.relative(process.cwd(), written)}`);
process.exit(failures.length ? 1 : rows.some((row) => row.verdict === 'not measured') ? 5 : 0);
