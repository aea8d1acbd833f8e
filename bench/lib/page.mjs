// The figures of docs/performance.md, which stand between two markers and come from a run only: pure.
import { markdown } from './report.mjs';
import { measured as measuredText, number, summary } from './statistics.mjs';

const FIGURES = ['<!-- figures -->', '<!-- /figures -->'];

export function replaceBlock(page, block, [begin, end] = FIGURES) {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} … ${end}`);
  return `${page.slice(0, from)}${begin}\n\n${block.trim()}\n\n${page.slice(to)}`;
}

/**
 * @param scenarios what is stored of each, measured in one run or in several
 * @param charts name of the picture → its file
 * @param folder where the files are, as the page sees it
 */
export function figuresBlock(scenarios, charts, folder) {
  const rows = scenarios.flatMap((one) => one.rows);
  const failures = scenarios.flatMap((one) => one.failures);
  const missing = rows.filter((row) => row.verdict === 'not measured');
  const apart = distinct(scenarios, sameRun).length > 1;
  const picture = (name, text) => (charts[name] ? `![${text}](${folder}/${charts[name]})\n` : '');
  const counted = (verdict) => rows.filter((row) => row.target && row.verdict === verdict).length;
  const counts = `${counted('reached')} targets reached, ${counted('missed')} missed, ${counted('not measured')} not measured`;
  const lines = [
    apart ? `Measured one by one, as said at each scenario: ${counts}.` : `Measured ${sameRun(scenarios[0])}: ${counts}.`,
    '',
    `Machine: ${distinct(scenarios, machineOf).join('; or ')}; servers, publishers and clients share it. ${distinct(scenarios, (one) => one.versions.java).join('; ')}.`,
    '',
    `Peers: ${['nchan', 'ws', 'socket.io', 'centrifugo', 'seed'].flatMap((id) => distinct(scenarios, peer(id))).join('; ')}.`,
    '',
    ...(scenarios.some((one) => one.quick) ? ['**A quick run: its figures mean nothing.**', ''] : []),
    picture('targets', 'Every target and how far from it the run was'),
    markdown(rows),
    '',
    ...scenarios.flatMap((scenario) => section(scenario, picture, apart)),
    ...(missing.length ? ['### Not measured', '', ...new Set(missing.map((row) => `- ${row.scenario}, ${row.what}: ${row.reason}`)), ''] : []),
    ...(failures.length ? ['### Failures', '', ...failures.map((text) => `- ${text}`), ''] : []),
    `Every raw figure: [results.json](${folder}/results.json).`,
  ];
  return lines.join('\n');
}

const distinct = (scenarios, of) => [...new Set(scenarios.map(of))].filter(Boolean);
/** Fewer rounds of a scenario that never takes more do not make it another run: only the day and the commit do. */
const sameRun = ({ date, commit }) => `${date.slice(0, 10)} at commit ${commit}`;
const machineOf = ({ machine }) => `${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, ${machine.kernel}`;
const peer = (id) => ({ versions }) => versions[id] && (id === 'seed' ? `Go seed with ${versions[id]}` : versions[id]);
const when = ({ date }) => `${date.slice(0, 16).replace('T', ' ')} UTC`;

function section(scenario, picture, apart) {
  const measured = Object.entries(scenario.results).filter(([, results]) => results.some(Boolean));
  if (measured.length === 0) return [];
  const { rounds, commit, loadBefore } = scenario;
  const about = `${when(scenario)}, ${rounds === 1 ? 'one round' : `${rounds} rounds`}${apart ? `, commit ${commit}` : ''}, load before the run ${loadBefore}.`;
  const notes = scenario.notes.map((text) => `- ${text}`);
  return [`### ${scenario.title}`, '', about, '', picture(scenario.id, scenario.title), details(scenario, measured), '', ...usedFor(scenario, measured), ...notes, ''];
}

/** What each contender gave, apart from ratios: the columns that any of them has. */
const COLUMNS = {
  cpuUs: 'CPU µs',
  withRestUs: 'all CPU µs',
  userUs: 'user µs',
  systemUs: 'system µs',
  programUs: 'user without the JVM’s threads µs',
  jitUs: 'JIT µs',
  cpuPerNodeUs: 'CPU µs a push and node',
  aloneUs: 'CPU µs without nodes',
  highest: 'highest pushes/s',
  deliveriesPerS: 'deliveries/s',
  p50Ms: 'p50 ms',
  p99Ms: 'p99 ms',
  p50Us: 'p50 µs at 5 %',
  p99Us: 'p99 µs at 5 %',
  cpuMsPerS: 'CPU ms/s',
  restMsPerS: 'at rest ms/s',
  nodesAPush: 'nodes a push',
  pairs: 'pairs in the table',
  bytesAPair: 'bytes a pair',
  heapBytesAPair: 'heap bytes a pair',
  tableMiB: 'table MiB',
  heapBeforeMiB: 'heap before MiB',
  heapMiB: 'heap MiB',
  heapKiB: 'heap KiB a connection',
  rssKiB: 'resident KiB a connection',
  joinsPerS: 'joins/s',
  bytes: 'bytes',
  bytesBusy: 'bytes at the higher rate',
  wallS: 'seconds',
  cpuS: 'CPU-seconds',
  othersMsPerS: 'those waiting, ms/s',
  warmUpS: 'warm-up s',
};

const PARTS = { program: 'own code', kernel: 'system', jit: 'JIT compilers', gc: 'collector', vm: 'other threads of the JVM' };

/** A line for each of ours: what its threads used, the median of the rounds. */
function usedFor({ contenders }, measured) {
  const lines = measured.flatMap(([id, results]) => {
    const parts = results.map((one) => one?.cpuParts).filter(Boolean);
    if (parts.length === 0) return [];
    const said = Object.entries(PARTS).map(([key, label]) => `${label} ${(100 * summary(parts.map((one) => one[key])).median).toFixed(0)} %`);
    return [`CPU of ${contenders[id]} by thread: ${said.join(', ')}.`, ''];
  });
  return lines;
}


/** Of two CPU times, which may come out below nothing. */
const DIFFERENCES = new Set(['cpuPerNodeUs']);

function details(scenario, measured) {
  const keys = Object.keys(COLUMNS).filter((key) => measured.some(([, results]) => results.some((one) => Number.isFinite(one?.[key]))));
  const cell = (results, key) => {
    const found = summary(results.map((one) => one?.[key] ?? NaN));
    if (found.n === 0) return '';
    return DIFFERENCES.has(key) ? measuredText(found.median) : number(found.median);
  };
  return [
    `| median | ${keys.map((key) => COLUMNS[key]).join(' | ')} |`,
    `|---|${keys.map(() => '---:').join('|')}|`,
    ...measured.map(([id, results]) => `| ${scenario.contenders[id]} | ${keys.map((key) => cell(results, key)).join(' | ')} |`),
  ].join('\n');
}
