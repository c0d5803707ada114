import { expect, test } from 'vitest';
import { durationText } from '../../../../src/cli/output/text.js';

const s = 1_000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;

test.each([
  [0, '1 s'],
  [400, '1 s'],
  [3_400, '3 s'],
  [59_499, '59 s'],
  [59_500, '1m'],
  [14 * m, '14m'],
  [59 * m + 30 * s, '1h'],
  [2 * h + 5 * m, '2h 5m'],
  [23 * h + 59 * m + 29 * s, '23h 59m'],
  [23 * h + 59 * m + 30 * s, '1d'],
  [3 * d + 4 * h, '3d 4h'],
  [40 * d, '40d'],
])('%i ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
