import { expect, test } from 'vitest';
import { insightQuery, leftOffText, rowsOf } from '../../../src/cli/insight-flags.js';

test('a table for people is short, and one for programs has all there may be', () => {
  expect([rowsOf({ csv: false }), rowsOf({ csv: true }), rowsOf({ csv: true, limit: 7 })]).toEqual([25, 1_000, 7]);
  expect(leftOffText(1_234, 25)).toBe('There are 1,234 more: --limit 1000.');
  expect(leftOffText(3, 1_000)).toBe('There are 3 more; no more are told.');
});

test('a time without a zone is one on the clocks that are named', () => {
  const flags = {
    'include-tests': false,
    since: '2026-11-01',
    until: '2026-11-02T12:30',
    'time-zone': 'America/New_York',
  };
  expect(insightQuery(flags, 0)).toMatchObject({
    since: '2026-11-01T04:00:00.000Z',
    until: '2026-11-02T17:30:00.000Z',
  });
  expect(insightQuery({ ...flags, since: '1d', until: undefined }, Date.UTC(2026, 0, 2))).toMatchObject({
    since: '2026-01-01T00:00:00.000Z',
  });
});
