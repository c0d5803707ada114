import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pick, seededGuid, seededRandom } from '../../../src/util/seeded-random.js';

const draw = (seed: number, count = 100) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random());
};

test('the same seed gives the same numbers, from 0 to below 1', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const numbers = draw(seed);
      expect(draw(seed)).toEqual(numbers);
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...numbers)).toBeLessThan(1);
    }),
    { numRuns: 50 },
  );
});

test('near seeds give other numbers, from the first on', () => {
  const firsts = Array.from({ length: 1_000 }, (_, seed) => draw(seed, 1)[0]);
  expect(new Set(firsts).size).toBeGreaterThan(990);
});

test('the numbers are spread evenly', () => {
  const tenths = Array<number>(10).fill(0);
  for (const number of draw(1, 10_000)) {
    const place = Math.floor(number * 10);
    tenths[place] = (tenths[place] ?? 0) + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

test('every choice is drawn, and nothing else', () => {
  const random = seededRandom(1);
  const drawn = Array.from({ length: 200 }, () => pick(random, ['a', 'b', 'c']));
  expect([...new Set(drawn)].sort()).toEqual(['a', 'b', 'c']);
  expect(pick(() => 0, ['first', 'last'])).toBe('first');
  expect(pick(() => 0.999_999, ['first', 'last'])).toBe('last');
});

test('a GUID is one of version 4, the same for the same seed', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const guid = seededGuid(seededRandom(seed));
      expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(seededGuid(seededRandom(seed))).toBe(guid);
    }),
  );
});
