import { expect, test } from 'vitest';
import { durationText, hostAndPort, tookText } from '../../../../src/cli/output/text.js';

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

test.each([
  [0, '0 ms'],
  [3, '3 ms'],
  [3.42, '3.4 ms'],
  [12.6, '13 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [7_140, '7.1 s'],
  [99_900, '99.9 s'],
  [150_000, '3m'],
])('an exchange of %d ms took %s', (ms, text) => {
  expect(tookText(ms)).toBe(text);
});

test.each([
  ['http://localhost/hooks', 'localhost:80'],
  ['https://localhost', 'localhost:443'],
  ['http://[::1]:3000/', '[::1]:3000'],
  ['not a URL', 'not a URL'],
])('the host of %s is %s', (url, host) => {
  expect(hostAndPort(url)).toBe(host);
});
