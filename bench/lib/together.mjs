// Contenders that are measured in one go: each takes its own result when its turn comes, and whoever is first measures for all.

/**
 * @param contenders those that share a turn
 * @param measureAll (ctx, those of them that can be run) → a result for each id
 * @returns the contenders with their measure function
 */
export function together(contenders, measureAll) {
  const waiting = new Map();
  return contenders.map((one) => ({
    ...one,
    async measure(ctx) {
      if (!waiting.has(one.id)) {
        const results = await measureAll(ctx, contenders.filter(({ id, missing }) => !(missing?.(ctx) ?? ctx.missing(id))));
        waiting.clear(); // what nobody took belongs to an earlier round
        for (const [id, result] of Object.entries(results)) waiting.set(id, result);
      }
      const result = waiting.get(one.id);
      waiting.delete(one.id);
      return result;
    },
  }));
}
