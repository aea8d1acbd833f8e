// The plot of a soak: node bench/soak.mjs target/chaos/soak.csv target/chaos/soak.svg
import { readFileSync, writeFileSync } from 'node:fs';
import { readSoak, soakChart } from './lib/soak.mjs';

const [csv, svg] = process.argv.slice(2);
if (!svg) {
  console.error('usage: node bench/soak.mjs SOAK.csv SOAK.svg');
  process.exit(2);
}
writeFileSync(svg, await soakChart(readSoak(readFileSync(csv, 'utf8'))));
