// Runs our server of a scenario under async-profiler: where its CPU goes and what it allocates. Writes pictures and tables into
// bench/results/profiles/ and the section between two markers of docs/performance.md.
import fs from 'node:fs';
import path from 'node:path';
import { KINDS, flameGraph, parseCollapsed, shares, topAllocations, topFrames } from './flame.mjs';
import { replaceBlock } from './page.mjs';
import { run } from './processes.mjs';

const SECONDS = { cpu: 15, alloc: 8 };
const START = { cpu: 'event=cpu,interval=500us', alloc: 'event=alloc,alloc=64k' };
const MARKERS = ['<!-- profiles -->', '<!-- /profiles -->'];

const agent = (ctx, pid, command) =>
  // jcmd takes what has a = for an option of its own, unless it is in quotes.
  run('jcmd', path.join(path.dirname(ctx.java), 'jcmd'), [String(pid), 'JVMTI.agent_load', ctx.peer.profiler.library, `"${command}"`], {
    log: ctx.log('jcmd'),
  });

/** What stands around a measured stretch. */
function recording(ctx, what) {
  const file = path.join(ctx.folder('profiles'), `${what}.collapsed`);
  let pid;
  return {
    secs: ctx.quick ? 3 : SECONDS[what],
    async begin(server) {
      pid = server.pid;
      fs.rmSync(file, { force: true });
      await agent(ctx, pid, `start,${START[what]},threads,ann,cstack=vm`);
    },
    async end() {
      await agent(ctx, pid, `stop,file=${file},collapsed,threads,ann${what === 'alloc' ? ',total' : ''}`);
      if (!fs.existsSync(file)) throw new Error('the profiler wrote nothing: see the server’s log');
      return parseCollapsed(fs.readFileSync(file, 'utf8'));
    },
  };
}

/** One scenario's profile: {cpu, alloc} stacks. */
async function record(ctx, scenario, progress) {
  try {
    await scenario.open?.(ctx, ['ours'], (text) => progress.note(`${scenario.id}  ${text}`));
    const stacks = {};
    for (const what of ['cpu', 'alloc']) {
      progress.note(`${scenario.id}  profile of ${what === 'cpu' ? 'CPU time' : 'allocations'}`);
      stacks[what] = (await scenario.profile(ctx, recording(ctx, what))).around;
    }
    return stacks;
  } finally {
    await scenario.close?.();
  }
}

const percent = (part) => `${(part * 100).toFixed(1)} %`;
const cell = (text) => text.replaceAll('|', '\\|');

function tables(scenario, { cpu, alloc }) {
  return [
    `# ${scenario.title}: the profile`,
    '',
    `| where the CPU is used | itself | with what it calls |`,
    '|---|---:|---:|',
    ...topFrames(cpu).map(({ name, self, all }) => `| \`${cell(name)}\` | ${percent(self)} | ${percent(all)} |`),
    '',
    'The kernel’s own frames are one, under the name of what called it.',
    '',
    '| what is allocated | in | part of the bytes |',
    '|---|---|---:|',
    ...topAllocations(alloc).map(({ type, where, self }) => `| \`${cell(type)}\` | \`${cell(where)}\` | ${percent(self)} |`),
    '',
  ].join('\n');
}

/** The section of the page, of all profiles that are stored: pure. */
export function profilesBlock(stored, folder) {
  const used = Object.entries(KINDS);
  return [
    `| part of the server’s CPU | ${used.map(([, label]) => label).join(' | ')} | |`,
    `|---|${used.map(() => '---:').join('|')}|---|`,
    ...stored.map(({ id, date, commit, loadBefore, parts }) => {
      const links = `[flame graph](${folder}/${id}.svg), [allocations](${folder}/${id}-alloc.svg), [top 20 of both](${folder}/${id}.md); ${date.slice(0, 10)}, commit ${commit}, load before ${loadBefore}`;
      return `| \`${id}\` | ${used.map(([kind]) => percent(parts[kind])).join(' | ')} | ${links} |`;
    }),
    '',
    ...stored.flatMap(({ id, title }) => [`![${title}: where the CPU goes](${folder}/${id}.svg)`, '']),
  ].join('\n');
}

export async function profileAll(ctx, chosen, order, progress) {
  if (ctx.missing('profiler')) throw new Error(ctx.missing('profiler'));
  const folder = path.join(ctx.record ? ctx.bench : ctx.target, 'results', 'profiles');
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'profiles.json');
  for (const scenario of chosen) {
    const stacks = await record(ctx, scenario, progress);
    const entry = {
      id: scenario.id,
      title: scenario.title,
      date: new Date().toISOString(),
      commit: ctx.versions.commit,
      java: ctx.versions.java,
      loadBefore: ctx.loadBefore,
      parts: shares(stacks.cpu),
    };
    const stored = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : [];
    const byId = new Map([...stored, entry].map((one) => [one.id, one]));
    const all = order.filter((id) => byId.has(id)).map((id) => byId.get(id));
    fs.writeFileSync(path.join(folder, `${scenario.id}.svg`), flameGraph(`${scenario.title}: CPU`, stacks.cpu));
    fs.writeFileSync(path.join(folder, `${scenario.id}-alloc.svg`), flameGraph(`${scenario.title}: bytes allocated`, stacks.alloc));
    fs.writeFileSync(path.join(folder, `${scenario.id}.md`), tables(scenario, stacks));
    fs.writeFileSync(file, `${JSON.stringify(all, null, 1)}\n`);
    if (ctx.record) {
      const page = path.join(ctx.root, 'docs', 'performance.md');
      fs.writeFileSync(page, replaceBlock(fs.readFileSync(page, 'utf8'), profilesBlock(all, path.relative(path.dirname(page), folder)), MARKERS));
    }
    console.log(tables(scenario, stacks));
    console.log(Object.entries(entry.parts).map(([kind, part]) => `${KINDS[kind]} ${percent(part)}`).join(', '));
  }
  console.log(`\nFlame graphs and tables: ${path.relative(process.cwd(), folder)}`);
}
