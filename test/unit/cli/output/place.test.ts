import { expect, test } from 'vitest';
import { renderPlaced } from '../../../../src/cli/output/place.js';

const NOW = new Date(2026, 10, 23, 15, 14, 5);
const told = (start: string, skipped: number, replayed: number) =>
  renderPlaced({ type: 'placed', at: NOW.toISOString(), start, skipped, replayed }, NOW);

test.each([
  [7, '--no-backlog: 7 notifications that waited were skipped.'],
  [1, '--no-backlog: 1 notification that waited was skipped.'],
  [0, '--no-backlog: nothing waited.'],
])('a start at this moment says what was skipped: %i', (skipped, text) => {
  expect(told('now', skipped, 0)).toBe(text);
});

test('a start at a time says when that was, what comes again and what that replaces', () => {
  const start = new Date(2026, 10, 23, 15, 4, 5).toISOString();
  expect(told(start, 3, 12)).toBe(
    'Starting from 15:04:05 (10m ago): 12 events come again, 3 that waited are replaced.',
  );
  expect(told(start, 0, 1)).toBe('Starting from 15:04:05 (10m ago): 1 event comes again.');
  expect(told(new Date(2026, 10, 21, 9, 0, 0).toISOString(), 1, 2)).toBe(
    'Starting from 2026-11-21 09:00:00 (2d 6h ago): 2 events come again, 1 that waited is replaced.',
  );
});

test('a start with a notification names it, and lets it recolour nothing', () => {
  expect(told('ntf_01J', 0, 2)).toBe('Starting from ntf_01J: 2 events come again.');
  expect(told('ntf_\u001b[31m', 0, 2)).not.toContain('\u001b[31m');
});
