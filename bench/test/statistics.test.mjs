import assert from 'node:assert/strict';
import test from 'node:test';
import { line, median, number, pairRatios, summary, verdict } from '../lib/statistics.mjs';

test('the median of an even number of figures lies between the middle two', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([9, 1, 5]), 5);
  assert.ok(Number.isNaN(median([])));
});

test('a ratio is made of one round’s pair, and a round without a side gives none', () => {
  assert.deepEqual(pairRatios([2, NaN, 9], [1, 5, 3]), [2, 3]);
  assert.deepEqual(pairRatios([2, 4], [1]), [2]);
});

test('the summary leaves out what is not a number', () => {
  assert.deepEqual(summary([3, NaN, 1, 2]), { n: 3, median: 2, min: 1, max: 3 });
});

test('the median is what must keep to the target', () => {
  assert.equal(verdict([1, 1.2, 9], { max: 1.25 }).verdict, 'reached');
  assert.equal(verdict([1, 1.3, 1.4], { max: 1.25 }).verdict, 'missed');
  assert.equal(verdict([11], { min: 10 }).verdict, 'reached');
  assert.equal(verdict([9], { min: 10 }).verdict, 'missed');
  assert.equal(verdict([9], null).verdict, 'measured');
  assert.equal(verdict([NaN], { min: 10 }).verdict, 'not measured');
});

test('numbers keep three digits', () => {
  assert.deepEqual([0.12345, 1.2345, 12.345, 123.45, 12345.6, 0, NaN].map(number), ['0.123', '1.23', '12.3', '123', '12,346', '0', '–']);
});

test('the line through points leaves the least squares', () => {
  const straight = line([[2, 10], [8, 16], [64, 72]]);
  assert.ok(Math.abs(straight.slope - 1) < 1e-9 && Math.abs(straight.at(1_000) - 1_008) < 1e-9);
  const uneven = line([[0, 1], [1, 3], [2, 2]]);
  assert.ok(Math.abs(uneven.slope - 0.5) < 1e-9 && Math.abs(uneven.at(0) - 1.5) < 1e-9);
  assert.ok(Number.isNaN(line([[0, 1], [1, NaN]]).at(1)));
});
