// The figures of docs/performance.md, which stand between two markers and come from a run only: pure.
import { markdown } from './report.mjs';
import { number, summary } from './statistics.mjs';

const BEGIN = '<!-- figures -->';
const END = '<!-- /figures -->';

export function replaceBlock(page, block) {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} … ${END}`);
  return `${page.slice(0, from)}${BEGIN}\n\n${block.trim()}\n\n${page.slice(to)}`;
}

/** @param charts name of the picture → its file; @param folder where the files are, as the page sees it */
export function figuresBlock(run, charts, folder) {
  const { machine, versions } = run;
  const picture = (name, text) => (charts[name] ? `![${text}](${folder}/${charts[name]})\n` : '');
  const counted = (verdict) => run.rows.filter((row) => row.target && row.verdict === verdict).length;
  const missing = run.rows.filter((row) => row.verdict === 'not measured');
  const lines = [
    `Run of ${run.date.slice(0, 10)}, ${run.rounds === 1 ? 'one round' : `${run.rounds} rounds`}, commit ${versions.commit}: ${counted('reached')} targets reached, ${counted('missed')} missed, ${counted('not measured')} not measured.`,
    '',
    `Machine: ${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, ${machine.kernel}; servers, publishers and clients share it. ${versions.java}.`,
    '',
    `Peers: ${['nchan', 'ws', 'socket.io', 'centrifugo', 'seed'].map((id) => versions[id] && (id === 'seed' ? `Go seed with ${versions[id]}` : versions[id])).filter(Boolean).join('; ')}.`,
    '',
    ...(run.quick ? ['**A quick run: its figures mean nothing.**', ''] : []),
    picture('targets', 'Every target and how far from it the run was'),
    markdown(run.rows),
    '',
    ...run.scenarios.flatMap((scenario) => section(scenario, picture)),
    ...(missing.length ? ['### Not measured', '', ...new Set(missing.map((row) => `- ${row.scenario}, ${row.what}: ${row.reason}`)), ''] : []),
    ...(run.failures.length ? ['### Failures of this run', '', ...run.failures.map((text) => `- ${text}`), ''] : []),
    `Every raw figure: [results.json](${folder}/results.json).`,
  ];
  return lines.join('\n');
}

function section(scenario, picture) {
  const measured = Object.entries(scenario.results).filter(([, results]) => results.some(Boolean));
  if (measured.length === 0) return [];
  return [`### ${scenario.title}`, '', picture(scenario.id, scenario.title), details(scenario, measured), '', ...scenario.notes.map((text) => `- ${text}`), ''];
}

/** What each contender gave, apart from ratios: the columns that any of them has. */
const COLUMNS = {
  cpuUs: 'CPU µs',
  userUs: 'user µs',
  systemUs: 'system µs',
  jitUs: 'of it JIT µs',
  cpuPerNodeUs: 'CPU µs a push and node',
  aloneUs: 'CPU µs without nodes',
  highest: 'highest pushes/s',
  deliveriesPerS: 'deliveries/s',
  p50Ms: 'p50 ms',
  p99Ms: 'p99 ms',
  p50Us: 'p50 µs at 5 %',
  p99Us: 'p99 µs at 5 %',
  cpuMsPerS: 'CPU ms/s',
  heapKiB: 'heap KiB a connection',
  rssKiB: 'resident KiB a connection',
  joinsPerS: 'joins/s',
  bytes: 'bytes',
  wallS: 'seconds',
  cpuS: 'CPU-seconds',
};

function details(scenario, measured) {
  const keys = Object.keys(COLUMNS).filter((key) => measured.some(([, results]) => results.some((one) => Number.isFinite(one?.[key]))));
  const cell = (results, key) => {
    const found = summary(results.map((one) => one?.[key] ?? NaN));
    return found.n ? number(found.median) : '';
  };
  return [
    `| median | ${keys.map((key) => COLUMNS[key]).join(' | ')} |`,
    `|---|${keys.map(() => '---:').join('|')}|`,
    ...measured.map(([id, results]) => `| ${scenario.contenders[id]} | ${keys.map((key) => cell(results, key)).join(' | ')} |`),
  ].join('\n');
}
