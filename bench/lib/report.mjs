// From what the rounds gave to the rows of the table: pure.
import { line, number, pairRatios, verdict } from './statistics.mjs';

/**
 * One row of a scenario is
 *   {what, ours: key, of: contender, target}    the ratio of a figure to the contender's in the same round
 *   {what, ours: key, target}                   the figure itself
 *   {what, ours: key, less: contender, by: n}   the difference to the contender's in the same round, divided by n
 *   {what, side: contender, ...}                another contender than 'ours' on the left side
 *   {what, ours: key, over: [[contender, x], ...], from: x, to: x}
 *                                               how many times the figure is at one x what it is at another, by the straight line
 *                                               through the contenders' figures of the same round
 */
export function rowsOf({ scenario, results, missing }) {
  return scenario.rows.map((row) => {
    const side = row.side ?? row.over?.[0][0] ?? 'ours';
    const base = { scenario: scenario.id, what: row.what, target: row.target ?? null };
    const other = row.of ?? row.less;
    const reason = missing[side] ?? (other && missing[other]);
    if (reason) return { ...base, verdict: 'not measured', reason, values: [] };
    const figures = (contender, key) => results[contender].map((result) => result?.[key] ?? NaN);
    const left = figures(side, row.ours);
    let values = left.filter(Number.isFinite);
    if (row.of) values = pairRatios(left, figures(row.of, row.theirs ?? row.ours));
    if (row.less) values = figures(row.less, row.ours).map((bare, round) => (left[round] - bare) / row.by).filter(Number.isFinite);
    if (row.over) values = left.map((_, round) => along(row, (id) => figures(id, row.ours)[round])).filter(Number.isFinite);
    const found = verdict(values, row.target);
    const notes = row.of ? [below(left, side), below(figures(row.of, row.theirs ?? row.ours), row.of)].filter(Boolean) : [];
    return { ...base, ...found, values, ...(notes.length && { notes }), ...(found.n === 0 && { reason: 'no round gave a figure' }) };
  });
}

/** Not a number where a figure is missing, or where the line, through differences, is below what can be measured at either end. */
function along({ over, from, to }, figure) {
  const fit = line(over.map(([id, x]) => [x, figure(id)]));
  return fit.at(from) > 0 && fit.at(to) > 0 ? fit.at(to) / fit.at(from) : NaN;
}

/** How often a side's figure, a difference, came out at nothing or less. */
function below(figures, id) {
  const known = figures.filter(Number.isFinite);
  const rounds = known.filter((figure) => figure <= 0).length;
  return rounds && `${id} below what can be measured in ${rounds} of ${known.length} rounds`;
}

export function targetText(target) {
  if (target?.max !== undefined) return `≤ ${target.max}`;
  if (target?.min !== undefined) return `≥ ${target.min}`;
  return '';
}

const HEAD = ['scenario', 'what', 'median', 'range', 'target', ''];

export function cells(row) {
  if (row.verdict === 'not measured') return [row.scenario, row.what, '–', '–', targetText(row.target), `not measured: ${row.reason}`];
  const range = row.n > 1 ? `${number(row.min)} … ${number(row.max)}` : 'one round';
  const words = [row.verdict === 'measured' ? '' : row.verdict, ...(row.notes ?? [])].filter(Boolean);
  return [row.scenario, row.what, number(row.median), range, targetText(row.target), words.join('; ')];
}

/** For a terminal. */
export function table(rows) {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const right = new Set([2, 3, 4]);
  return lines
    .map((line) => line.map((cell, column) => (right.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ').trimEnd())
    .join('\n');
}

/** For a page. */
export function markdown(rows) {
  const line = (parts) => `| ${parts.map((part) => part.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(HEAD), '|---|---|---:|---:|---:|---|', ...rows.map((row) => line(cells(row)))].join('\n');
}
