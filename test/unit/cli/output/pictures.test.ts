import { expect, test } from 'vitest';
import { bar, shade, sparkline } from '../../../../src/cli/output/pictures.js';

test('a sparkline is against its greatest, and shows one of many as something', () => {
  expect(sparkline([0, 1, 4, 8])).toBe(' ▁▄█');
  expect(sparkline([1, 1_000_000])).toBe('▁█');
  expect(sparkline([0, 0])).toBe('  ');
  expect(sparkline([])).toBe('');
});

test('a bar is as wide as its count, at most all there is, and never nothing for something', () => {
  expect([bar(10, 10, 8), bar(5, 10, 8), bar(1, 1_000, 8), bar(0, 10, 8), bar(0, 0, 8)]).toEqual([
    '████████',
    '████',
    '█',
    '',
    '',
  ]);
});

test('a field is the darker the more there are', () => {
  expect([0, 1, 25, 26, 75, 100].map((count) => shade(count, 100))).toEqual([undefined, '░', '░', '▒', '▓', '█']);
});
