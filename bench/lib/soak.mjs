// What a soak measured, one small chart above the other, a line for each process. Drawn by Vega-Lite.
import { svg } from './charts.mjs';

const MEGABYTE = 2 ** 20;
const COLOURS = ['#1f6feb', '#d1495b', '#2da44e', '#8250df', '#bf8700', '#0a7ea4', '#57606a', '#e85aad'];

/** Fields of the CSV, title, divisor, and whether they are measured only now and then, which points show. */
const PANELS = [
  { field: 'heap_used', title: 'heap, MiB', divisor: MEGABYTE, live: 'heap_live' },
  { field: 'resident', title: 'resident, MiB', divisor: MEGABYTE },
  { field: 'files', title: 'open files' },
  { field: 'threads', title: 'threads' },
  { field: 'timers', title: 'timers', points: true },
  { field: 'connections', title: 'connections' },
  { field: 'rooms', title: 'rooms' },
  { field: 'mailbox_depth', title: 'in mailboxes' },
  { field: 'missed', title: 'missed + doubled', plus: 'doubled' },
];

/** Rows of numbers; what is empty is missing; `run` counts the restarts of a process, whose lines are not joined over them. */
export function readSoak(text) {
  const [header, ...lines] = text.trim().split('\n');
  const names = header.split(',');
  const runs = new Map();
  return lines.map((line) => {
    const fields = line.split(',');
    const row = Object.fromEntries(names.flatMap((name, i) => (fields[i] === '' ? [] : [[name, fields[i]]])));
    for (const name of names) if (name in row && name !== 'time' && name !== 'process') row[name] = Number(row[name]);
    const pids = runs.get(row.process) ?? runs.set(row.process, []).get(row.process);
    if (pids.at(-1) !== row.pid) pids.push(row.pid);
    return { ...row, run: pids.length };
  });
}

/** @returns the values of a panel: {minutes, value, process, run, kind} */
export function panelValues(rows, { field, divisor = 1, plus, live }) {
  const values = (name, kind) => rows
    .filter((row) => name in row)
    .map((row) => ({ minutes: row.seconds / 60, value: (row[name] + (plus ? row[plus] : 0)) / divisor, process: row.process, run: row.run, kind }));
  return [...values(field, 'line'), ...(live ? values(live, 'point') : [])];
}

export function soakChart(rows) {
  const processes = [...new Set(rows.map((row) => row.process))].sort();
  const color = { field: 'process', type: 'nominal', scale: { domain: processes, range: COLOURS }, legend: { title: null, orient: 'right' } };
  const end = Math.max(...rows.map((row) => row.seconds)) / 60;
  const panels = PANELS.map((panel, index) => {
    const x = {
      field: 'minutes', type: 'quantitative', scale: { domain: [0, end], nice: false },
      axis: { title: index === PANELS.length - 1 ? 'minutes' : null, grid: false, labels: index === PANELS.length - 1 },
    };
    const values = panelValues(rows, panel);
    const most = Math.max(1, ...values.map(({ value }) => value)); // a line of zeros is at the bottom too
    const y = {
      field: 'value', type: 'quantitative', scale: { domain: [0, most] },
      axis: { title: null, tickCount: 3, grid: true, minExtent: 40, ...(most === 1 && { values: [0, 1] }) },
    };
    const points = { mark: { type: 'point', filled: true, size: 22 }, encoding: { x, y, color } };
    const line = {
      transform: [{ filter: "datum.kind === 'line'" }],
      mark: { type: 'line', strokeWidth: 1, opacity: panel.live ? 0.45 : 0.9 },
      encoding: { x, y, color, detail: { field: 'run' } },
    };
    const live = { transform: [{ filter: "datum.kind === 'point'" }], ...points };
    return {
      title: { text: panel.title, fontSize: 11, fontWeight: 'normal', offset: 4 },
      width: 760,
      height: 70,
      data: { values },
      layer: panel.points ? [points] : panel.live ? [line, live] : [line],
    };
  });
  return svg({
    title: { text: 'Soak', subtitle: 'a line for each process; points: after a full collection, when no client was connected' },
    spacing: 8,
    vconcat: panels,
  });
}
