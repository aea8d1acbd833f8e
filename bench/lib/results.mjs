// Writes what a run gave: every raw figure as JSON, the charts, and the block of figures in docs/performance.md.
import fs from 'node:fs';
import path from 'node:path';
import { figuresBlock, replaceBlock } from './page.mjs';
import { fromJson, merged, toJson } from './record.mjs';

const EMPTY_PAGE = '<!-- figures -->\n<!-- /figures -->\n';

/** The folder: bench/results when the run is recorded; else one that is emptied first. */
export function resultsFolder(ctx) {
  const folder = path.join(ctx.record ? ctx.bench : ctx.target, 'results');
  if (!ctx.record) fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Adds one scenario to the folder, or replaces it there; all charts and the page are made anew from all that is stored.
 *
 * @param charts charts.mjs, which needs packages that the tests of this do without
 */
export async function keep(ctx, folder, entry, order, charts) {
  const file = path.join(folder, 'results.json');
  const stored = fs.existsSync(file) ? fromJson(fs.readFileSync(file, 'utf8')).scenarios : [];
  const scenarios = merged(stored, entry, order);
  const pictures = { targets: await charts.targetsChart(scenarios.flatMap((one) => one.rows)) };
  for (const one of scenarios) pictures[one.id] = await charts.scenarioChart(one);
  const page = ctx.record ? path.join(ctx.root, 'docs', 'performance.md') : path.join(folder, 'figures.md');
  const before = ctx.record ? fs.readFileSync(page, 'utf8') : EMPTY_PAGE;
  const files = Object.fromEntries(Object.entries(pictures).filter(([, picture]) => picture).map(([name]) => [name, `${name}.svg`]));
  const text = replaceBlock(before, figuresBlock(scenarios, files, path.relative(path.dirname(page), folder) || '.'));
  // Nothing can come between the files from here on: an interruption leaves all of them or none.
  fs.writeFileSync(file, toJson({ scenarios }));
  for (const name of fs.readdirSync(folder)) if (name.endsWith('.svg')) fs.rmSync(path.join(folder, name));
  for (const [name, chart] of Object.entries(files)) fs.writeFileSync(path.join(folder, chart), `${pictures[name]}\n`);
  fs.writeFileSync(page, text);
}
