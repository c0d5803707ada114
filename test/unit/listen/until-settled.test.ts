import { describe, expect, test } from 'vitest';
import { parseExpectation } from '../../../src/listen/expectation.js';
import { Tally } from '../../../src/listen/tally.js';
import { untilSettled } from '../../../src/listen/until-settled.js';
import type { ListenEvent } from '../../../src/tunnel/listening.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { arrived, brought, forwarded } from '../../helpers/listen-events.js';

const QUIET = 250;
const WITHIN = 30_000;

/** Waits for what is expected, with what a test lets happen meanwhile. */
function waiting(expected: readonly string[], { waitsForNone = true } = {}) {
  const clock = new FakeClock();
  const tally = new Tally();
  const ending = new AbortController();
  let isSettled = false;
  void untilSettled({
    tally,
    expectations: expected.map(parseExpectation),
    within: WITHIN,
    waitsForNone,
    clock,
    signal: ending.signal,
  }).then(() => {
    isSettled = true;
  });
  const settledNow = async () => {
    await Promise.resolve();
    return isSettled;
  };
  return {
    clock,
    ending,
    settledNow,
    tell: (...events: readonly ListenEvent[]) => events.forEach((event) => tally.onEvent(event)),
    async settledAfter(ms: number) {
      await clock.advance(ms);
      return settledNow();
    },
  };
}

describe('what is expected', () => {
  test('is waited for, and then for a quarter of a second without anything more', async () => {
    const run = waiting(['subscribe=2']);
    run.tell(...brought('1', 200));
    expect(await run.settledAfter(QUIET)).toBe(false);

    run.tell(...brought('2', 200));
    expect(await run.settledAfter(QUIET - 1)).toBe(false);
    expect(await run.settledAfter(1)).toBe(true);
    expect(run.clock.timerCount).toBe(0);
  });

  test('is not settled while something is in flight, which may be one too many', async () => {
    const run = waiting(['subscribe=1']);
    run.tell(...brought('1', 200), arrived('2'));
    expect(await run.settledAfter(QUIET)).toBe(false);

    run.tell(forwarded('2', 200));
    expect(await run.settledNow()).toBe(true);
  });

  test('counts what comes in the same moment', async () => {
    const run = waiting(['subscribe=1']);
    run.tell(...brought('1', 200));
    await run.settledAfter(QUIET - 1);

    run.tell(arrived('2', 'Test'));
    expect(await run.settledAfter(QUIET)).toBe(false);
  });

  test('is over at once when there are too many', async () => {
    const run = waiting(['subscribe=1', 'test=5']);
    run.tell(...brought('1', 200), ...brought('2', 200));

    expect(await run.settledNow()).toBe(true);
  });

  test('is given up when its time is over', async () => {
    const run = waiting(['subscribe=2']);
    run.tell(...brought('1', 200), ...brought('2', 500));

    expect(await run.settledAfter(WITHIN - 1)).toBe(false);
    expect(await run.settledAfter(1)).toBe(true);
  });

  test('is given up when the run ends', async () => {
    const run = waiting(['subscribe=2']);
    run.ending.abort();

    expect(await run.settledNow()).toBe(true);
    expect(run.clock.timerCount).toBe(0);
  });
});

describe('what must not come', () => {
  test('has the whole time to come', async () => {
    const run = waiting(['subscribe=1', 'unsubscribe=0']);
    run.tell(...brought('1', 200));

    expect(await run.settledAfter(WITHIN - 1)).toBe(false);
    expect(await run.settledAfter(1)).toBe(true);
  });

  test('has no more than a quarter of a second after a command', async () => {
    const run = waiting(['unsubscribe=0'], { waitsForNone: false });

    expect(await run.settledAfter(QUIET)).toBe(true);
  });
});

test('without anything expected, what is in flight is waited for', async () => {
  const run = waiting([], { waitsForNone: false });
  run.tell(arrived('1'));
  expect(await run.settledAfter(QUIET)).toBe(false);

  run.tell(forwarded('1', 500));
  expect(await run.settledAfter(QUIET)).toBe(true);
});
