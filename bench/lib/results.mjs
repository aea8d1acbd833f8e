// Writes what a run gave: every raw figure as JSON, the charts, and the block of figures in docs/performance.md.
import fs from 'node:fs';
import path from 'node:path';
import { scenarioChart, targetsChart } from './charts.mjs';
import { figuresBlock, replaceBlock } from './page.mjs';

/** @returns the folder: bench/results of a whole run, target/bench/results of any other */
export async function writeResults(ctx, outcomes, rows, failures) {
  const folder = path.join(ctx.whole ? ctx.bench : ctx.target, 'results');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const run = {
    date: new Date().toISOString(),
    quick: ctx.quick,
    rounds: ctx.rounds,
    machine: ctx.machine,
    versions: ctx.versions,
    rows,
    failures,
    scenarios: outcomes.map(({ scenario, results, missing, notes }) => ({
      id: scenario.id,
      title: scenario.title,
      contenders: Object.fromEntries(scenario.contenders.map(({ id, label }) => [id, label])),
      missing,
      notes,
      results,
    })),
  };
  fs.writeFileSync(path.join(folder, 'results.json'), `${JSON.stringify(run, null, 1)}\n`);
  const charts = {};
  const draw = (name, picture) => {
    if (picture) fs.writeFileSync(path.join(folder, (charts[name] = `${name}.svg`)), `${picture}\n`);
  };
  for (const outcome of outcomes) draw(outcome.scenario.id, await scenarioChart(outcome));
  draw('targets', await targetsChart(rows));
  const page = ctx.whole ? path.join(ctx.root, 'docs', 'performance.md') : path.join(folder, 'figures.md');
  const before = ctx.whole ? fs.readFileSync(page, 'utf8') : '<!-- figures -->\n<!-- /figures -->\n';
  fs.writeFileSync(page, replaceBlock(before, figuresBlock(run, charts, path.relative(path.dirname(page), folder) || '.')));
  return folder;
}
