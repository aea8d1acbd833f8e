// From what the rounds gave to the rows of the table: pure.
import { number, pairRatios, verdict } from './statistics.mjs';

/**
 * One row of a scenario is
 *   {what, ours: key, of: contender, target}    the ratio of a figure to the contender's in the same round
 *   {what, ours: key, target}                   the figure itself
 *   {what, value: result => number, target}     something computed from one result of ours
 *   {what, side: contender, ...}                another contender than 'ours' on the left side
 */
export function rowsOf({ scenario, results, missing }) {
  return scenario.rows.map((row) => {
    const side = row.side ?? 'ours';
    const base = { scenario: scenario.id, what: row.what, target: row.target ?? null };
    const reason = missing[side] ?? (row.of && missing[row.of]);
    if (reason) return { ...base, verdict: 'not measured', reason, values: [] };
    const left = (results[side] ?? []).map((result) => pick(row, result, row.ours));
    const values = row.of ? pairRatios(left, results[row.of].map((result) => pick(row, result, row.theirs ?? row.ours))) : left.filter(Number.isFinite);
    const found = verdict(values, row.target);
    return { ...base, ...found, values, ...(found.n === 0 && { reason: 'no round gave a figure' }) };
  });
}

function pick(row, result, key) {
  if (!result) return NaN;
  return row.value ? row.value(result) : result[key];
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
  const word = row.verdict === 'measured' ? '' : row.verdict;
  return [row.scenario, row.what, number(row.median), range, targetText(row.target), word];
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
