// Writes bench/results/: every raw figure as JSON, and the charts.
import fs from 'node:fs';
import path from 'node:path';

export async function writeResults(ctx, outcomes, rows, failures) {
  const folder = path.join(ctx.whole ? ctx.bench : ctx.target, 'results');
  fs.mkdirSync(folder, { recursive: true });
  const raw = {
    date: new Date().toISOString(),
    quick: ctx.quick,
    rounds: ctx.rounds,
    machine: ctx.machine,
    versions: ctx.versions,
    rows,
    failures,
    scenarios: outcomes.map(({ scenario, results, missing, notes }) => ({ id: scenario.id, title: scenario.title, missing, notes, results })),
  };
  fs.writeFileSync(path.join(folder, 'results.json'), `${JSON.stringify(raw, null, 1)}\n`);
  return folder;
}
