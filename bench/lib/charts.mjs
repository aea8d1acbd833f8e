// Charts as SVG: one for each scenario, and one of all targets. Drawn by Vega-Lite.
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { measured, number, summary } from './statistics.mjs';

const OURS = '#1f6feb';
const OTHERS = '#9aa4b2';
const REACHED = '#2da44e';
const MISSED = '#d1495b';
const LOOK = {
  background: 'white',
  padding: 12,
  config: {
    font: 'Helvetica, Arial, sans-serif',
    title: { anchor: 'start', fontSize: 14, offset: 12 },
    axis: { labelFontSize: 12, titleFontSize: 11, titleFontWeight: 'normal', titleColor: '#555', labelLimit: 700, domain: false, ticks: false },
    view: { stroke: null },
  },
};

/** Of a Vega-Lite specification, in the look that all charts have. */
export const svg = (spec) => new vega.View(vega.parse(compile({ ...LOOK, ...spec }).spec), { renderer: 'none' }).toSVG();

/** Bars of the medians with their ranges, in the contenders' order; null when nobody was measured. */
export function scenarioChart({ title, figure, contenders, results }) {
  const values = Object.entries(contenders).flatMap(([id, label]) => {
    const found = summary((results[id] ?? []).map((result) => result?.[figure.key] ?? NaN));
    if (found.n === 0) return [];
    const [median, min, max] = [found.median, found.min, found.max].map((value) => Math.max(0, value));
    return [{ label, median, min, max, text: measured(found.median), ours: id.startsWith('ours') || id.startsWith('jdk') }];
  });
  if (values.length === 0) return null;
  const y = { field: 'label', type: 'nominal', sort: null, title: null };
  const x = { type: 'quantitative', title: `${figure.label} (median and range)`, axis: { grid: true, tickCount: 5 } };
  return svg({
    title,
    data: { values },
    width: 460,
    height: { step: 34 },
    layer: [
      {
        mark: { type: 'bar', height: { band: 0.6 } },
        encoding: { y, x: { ...x, field: 'median' }, color: { condition: { test: 'datum.ours', value: OURS }, value: OTHERS } },
      },
      { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { y, x: { ...x, field: 'min' }, x2: { field: 'max' } } },
      {
        mark: { type: 'text', align: 'left', dx: 8, fontSize: 12 },
        encoding: { y, x: { ...x, field: 'max' }, text: { field: 'text' } },
      },
    ],
  });
}

/** Every row with a target: how many times better (right of 1) or worse (left) the run was; null without any. */
export function targetsChart(rows) {
  const values = rows
    .filter((row) => row.target && row.values.length)
    .map((row) => {
      const { max, min } = row.target;
      const score = (value) => (max !== undefined ? max / value : value / min);
      const ends = [score(row.min), score(row.max)];
      return {
        label: `${row.scenario}: ${row.what} ${max !== undefined ? `≤ ${max}` : `≥ ${min}`}`,
        score: score(row.median),
        low: Math.min(...ends),
        high: Math.max(...ends),
        text: number(row.median),
        reached: row.verdict === 'reached',
      };
    });
  if (values.length === 0) return null;
  // What is 0 or infinite, one side being below what can be measured, stands at the edge: the scale has no place for it.
  const drawable = values.flatMap(({ score, low, high }) => [score, low, high]).filter((one) => one > 0 && Number.isFinite(one));
  const [least, most] = [Math.min(1, ...drawable), Math.max(1, ...drawable)];
  for (const one of values) for (const key of ['score', 'low', 'high']) one[key] = Math.min(most, Math.max(least, one[key]));
  const y = { field: 'label', type: 'nominal', sort: null, title: null };
  const x = {
    type: 'quantitative',
    scale: { type: 'log', nice: true },
    title: 'times the target: right of 1 it is reached (median and range; the number is the median itself)',
    axis: { grid: true, tickCount: 7 },
  };
  const color = { condition: { test: 'datum.reached', value: REACHED }, value: MISSED };
  return svg({
    title: 'Targets',
    data: { values },
    width: 420,
    height: { step: 24 },
    layer: [
      { mark: { type: 'rule', color: '#333', strokeDash: [4, 3] }, encoding: { x: { ...x, datum: 1 } } },
      { mark: { type: 'rule', strokeWidth: 2 }, encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' }, color } },
      { mark: { type: 'point', filled: true, size: 70, opacity: 1 }, encoding: { y, x: { ...x, field: 'score' }, color } },
      { mark: { type: 'text', align: 'left', dx: 8, fontSize: 11 }, encoding: { y, x: { ...x, field: 'high' }, text: { field: 'text' } } },
    ],
  });
}
