import { describe, expect, test } from 'vitest';
import { placeOf } from '../../../src/cli/link-flags.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const place = (since?: string, skips = false) => placeOf({ since, 'no-backlog': skips }, NOW);

describe('a listener starts', () => {
  test('at its own place when nothing is said', () => {
    expect(place()).toBeUndefined();
  });

  test('at this moment with --no-backlog', () => {
    expect(place(undefined, true)).toEqual({ start: 'now' });
  });

  test('at a time, or with a notification, with --since', () => {
    expect(place('10m')).toEqual({ start: '2026-11-23T11:50:00.000Z' });
    expect(place('2026-11-23T11:59:00Z')).toEqual({ start: '2026-11-23T11:59:00.000Z' });
    expect(place('ntf_01J')).toEqual({ start: 'ntf_01J' });
  });
});

test.each([
  ['2026-11-23T12:00:01Z', 'lies ahead'],
  ['soon', 'is not a time'],
  ['10', 'is not a time'],
])('--since %s is wrong use: it %s', (since, words) => {
  expect(() => place(since)).toThrow(
    expect.objectContaining({ code: 'WrongUse', message: expect.stringContaining(words) }),
  );
});
