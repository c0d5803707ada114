import { describe, expect, test } from 'vitest';
import { pace, parseRate } from '../../../src/trigger/pace.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { settle } from '../../helpers/settle.js';

const never = new AbortController().signal;

describe('a pace', () => {
  test('starts one at once and the others evenly, also for many who wait at the same time', async () => {
    const clock = new FakeClock(0);
    const next = pace(10, clock);
    const started: number[] = [];
    const all = Promise.all(Array.from({ length: 5 }, () => next(never).then(() => started.push(clock.now()))));
    await clock.advance(400, settle);
    await all;

    expect(started).toEqual([0, 100, 200, 300, 400]);
  });

  test('makes up for nothing that came late', async () => {
    const clock = new FakeClock(0);
    const next = pace(10, clock);
    await next(never);
    await clock.advance(1_000);
    await next(never);
    const third = next(never).then(() => clock.now());
    await clock.advance(100);

    expect(await third).toBe(1_100);
  });

  test('lets go of who waits when it is over', async () => {
    const clock = new FakeClock(0);
    const stop = new AbortController();
    const next = pace(1, clock);
    await next(stop.signal);
    const waiting = next(stop.signal);
    stop.abort();

    await expect(waiting).rejects.toThrow();
    expect(clock.timerCount).toBe(0);
  });

  test('without a rate never waits', async () => {
    const clock = new FakeClock(0);
    const next = pace(undefined, clock);
    for (let i = 0; i < 1000; i += 1) await next(never);

    expect(clock.timerCount).toBe(0);
  });
});

test.each([
  ['10/s', 10],
  ['600/m', 10],
  ['0.5/s', 0.5],
])('%s is %d a second', (text, perSecond) => {
  expect(parseRate(text)).toBe(perSecond);
});

test.each(['10', '/s', '0/s', '-1/s', '10/h', '1e3/s', '10 /s', '1000000/s', ''])('“%s” is no rate', (text) => {
  expect(() => parseRate(text)).toThrow(`“${text}” is not a rate.`);
});
