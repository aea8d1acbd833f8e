// What is kept of a scenario, and how a newer measurement of one takes the place of the older: pure.

/** One scenario's part of results.json: all that its table, its chart and its lines on the page are made of. */
export function entryOf(ctx, { scenario, results, missing, failures, notes }, rows, date) {
  return {
    id: scenario.id,
    title: scenario.title,
    date,
    commit: ctx.versions.commit,
    rounds: Math.max(0, ...Object.values(results).map((ofContender) => ofContender.length)),
    quick: ctx.quick,
    loadBefore: ctx.loadBefore,
    machine: ctx.machine,
    versions: ctx.versions,
    figure: scenario.figure,
    contenders: Object.fromEntries(scenario.contenders.map(({ id, label }) => [id, label])),
    missing,
    failures,
    notes,
    rows,
    results,
  };
}

/**
 * Puts a scenario in place of its older self, whole: a ratio's two sides always come from one run.
 *
 * @param stored the entries so far
 * @param order the ids of all scenarios; who is not among them is forgotten
 */
export function merged(stored, entry, order) {
  const byId = new Map([...stored, entry].map((one) => [one.id, one]));
  return order.filter((id) => byId.has(id)).map((id) => byId.get(id));
}

/** A ratio to what was below what can be measured is infinite, for which JSON has no number. */
export const toJson = (value) => `${JSON.stringify(value, (_, one) => (one === Infinity ? 'Infinity' : one), 1)}\n`;
export const fromJson = (text) => JSON.parse(text, (_, one) => (one === 'Infinity' ? Infinity : one));
