import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff } from '../../../src/util/backoff.js';

const options = { first: 500, most: 10_000 };

test('doubles from try to try, up to the most', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 100, 5000].map((attempt) => backoff(attempt, options, 0.999_999_999));
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000]);
});

test('is shortened at random by up to a half', () => {
  expect(backoff(1, options, 0)).toBe(250);
  expect(backoff(1, options, 0.5)).toBe(375);
  expect(backoff(9, options, 0)).toBe(5_000);
});

test('is never more than the most nor less than half of the first, and a whole number', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), random, (attempt, drawn) => {
      const wait = backoff(attempt, options, drawn);
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThanOrEqual(250);
      expect(wait).toBeLessThanOrEqual(10_000);
    }),
  );
});
