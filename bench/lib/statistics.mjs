// The arithmetic of the results: pure functions, no clock, no file.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median and range of figures of the same kind; what is not a number is left out and so lowers n. */
export function summary(values) {
  const usable = values.filter((value) => Number.isFinite(value) || value === Infinity);
  return { n: usable.length, median: median(usable), min: Math.min(...usable), max: Math.max(...usable) };
}

/**
 * The ratio of each round's own pair: both sides stood next to each other in time. A round without either side is no pair.
 * A cost that is a difference may come out at nothing or less: it is below what can be measured. The ratio to it is infinite, its own
 * ratio is 0, and between two of them there is none.
 */
export function pairRatios(ours, theirs) {
  const ratios = [];
  for (let round = 0; round < Math.min(ours.length, theirs.length); round++) {
    const [left, right] = [ours[round], theirs[round]];
    if (!Number.isFinite(left) || !Number.isFinite(right) || (left <= 0 && right <= 0)) continue;
    ratios.push(right <= 0 ? Infinity : Math.max(0, left) / right);
  }
  return ratios;
}

/** The highest of the rates that a staircase found to hold, and where to try next: up after success, down after failure. */
export function nextStep(rate, held, step) {
  return held ? rate * step : rate / step;
}

/**
 * Compares figures with a target.
 *
 * @param target {max} or {min}: what the median must not exceed, or must reach; neither: a figure to look at only
 */
export function verdict(values, target) {
  const found = summary(values);
  if (found.n === 0) return { ...found, verdict: 'not measured' };
  if (target?.max !== undefined) return { ...found, verdict: found.median <= target.max ? 'reached' : 'missed' };
  if (target?.min !== undefined) return { ...found, verdict: found.median >= target.min ? 'reached' : 'missed' };
  return { ...found, verdict: 'measured' };
}

/** Three significant digits, no exponent. */
export function number(value) {
  if (value === Infinity) return '∞';
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  if (size >= 1) return value.toFixed(2);
  if (size === 0) return '0';
  return value.toFixed(3);
}

/** A figure that cannot be less than nothing. */
export const measured = (value) => (value <= 0 ? 'below what can be measured' : number(value));

/** The straight line through points [x, y] that leaves the least squares. */
export function line(points) {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(([at]) => at), mean(([, value]) => value)];
  const slope = mean(([at, value]) => (at - x) * (value - y)) / mean(([at]) => (at - x) ** 2);
  return { slope, at: (where) => y + slope * (where - x) };
}
