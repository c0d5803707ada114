import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { progressBar } from '../../../../src/cli/output/progress.js';
import { FakeClock } from '../../../helpers/fake-clock.js';
import { fakeStatus } from '../../../helpers/fake-terminal.js';

/** A bar with a clock that a test moves, and what it has drawn. */
function bar(total: number | undefined, columns?: number) {
  const clock = new FakeClock();
  const written = fakeStatus(columns);
  const progress = progressBar('events', total, () => clock.now());
  return { clock, progress, drawn: () => stripVTControlCharacters(written()).split('\r').slice(1), written };
}

test('a bar grows in place, with the time that is left by the rate so far', async () => {
  const { clock, progress, drawn } = bar(1000, 100);
  await clock.advance(2_000);
  progress.update(250);
  await clock.advance(2_000);
  progress.update(500);

  expect(drawn()).toEqual([
    '██████░░░░░░░░░░░░░░░░░░ 250 of 1,000 events · 6 s left',
    '████████████░░░░░░░░░░░░ 500 of 1,000 events · 4 s left',
  ]);
});

test('a bar is drawn no more often than the eye follows, but when it is full', async () => {
  const { clock, progress, drawn } = bar(1000, 100);
  for (let done = 1; done <= 1000; done += 1) {
    await clock.advance(1);
    progress.update(done);
  }

  // 1000 ms, every 80 ms, and the end.
  expect(drawn()).toHaveLength(13);
  expect(drawn().at(-1)).toBe('████████████████████████ 1,000 of 1,000 events');
});

test('a terminal that is or becomes too narrow for the bar has the count alone, on one line', async () => {
  const { clock, progress, drawn } = bar(1000, 100);
  await clock.advance(2_000);
  for (const columns of [54, 40, 12]) {
    process.stderr.columns = columns;
    await clock.advance(100);
    progress.update(500);
  }

  expect(drawn()).toEqual(['500 of 1,000 events · 3 s left', '500 of 1,000 events · 3 s left', '500 of 1,0…']);
});

test('what ends leaves an empty line in a terminal', async () => {
  const { clock, progress, written } = bar(10, 100);
  await clock.advance(100);
  progress.update(5);
  progress.end();

  expect(written().endsWith('\r\u001b[K')).toBe(true);
});

test('without a known end there is a count and no bar', async () => {
  const { clock, progress, drawn } = bar(undefined, 100);
  await clock.advance(100);
  progress.update(1234);

  expect(drawn()).toEqual(['1,234 events']);
});

test('a pipe gets a line every ten seconds, and none for what is short', async () => {
  const { clock, progress, written } = bar(1000);
  for (let second = 1; second <= 25; second += 1) {
    await clock.advance(1_000);
    progress.update(second * 40);
  }
  progress.end();

  expect(written()).toBe('400 of 1,000 events\n800 of 1,000 events\n');
});
