import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sleep, stopwatch, systemClock } from '../../../src/util/clock.js';
import { FakeClock } from '../../helpers/fake-clock.js';

describe('sleep', () => {
  test('waits as long as it was told', async () => {
    const clock = new FakeClock();
    let awake = false;
    void sleep(clock, 1_000).then(() => (awake = true));
    await clock.advance(999);
    expect(awake).toBe(false);
    await clock.advance(1);
    expect(awake).toBe(true);
  });

  test('is ended by its signal at once, with the signal’s reason and without a timer left', async () => {
    const clock = new FakeClock();
    const ending = new AbortController();
    const sleeping = sleep(clock, 1_000, ending.signal);
    const reason = new Error('enough');
    ending.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(clock.timerCount).toBe(0);
  });

  test('does not begin when its signal has ended before', async () => {
    const clock = new FakeClock();
    const reason = new Error('enough');
    await expect(sleep(clock, 1_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(clock.timerCount).toBe(0);
  });

  test('leaves nothing at a signal that outlives it', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const sleeping = sleep(clock, 1_000, signal);
    await clock.advance(1_000);
    await sleeping;
    expect(added).toHaveBeenCalledOnce();
    expect(removed).toHaveBeenCalledWith('abort', added.mock.calls[0]?.[1]);
  });
});

describe('the system’s clock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const dayMs = 24 * 3_600_000;

  test('acts once, after the time', () => {
    let acts = 0;
    systemClock.after(1_000, () => (acts += 1));
    vi.advanceTimersByTime(999);
    expect(acts).toBe(0);
    vi.advanceTimersByTime(5_000);
    expect(acts).toBe(1);
  });

  test('takes a time in the past for now', () => {
    let acts = 0;
    systemClock.after(-5_000, () => (acts += 1));
    vi.advanceTimersByTime(1);
    expect(acts).toBe(1);
  });

  test('waits for a time that is further away than a timer of Node’s can be', () => {
    let acts = 0;
    systemClock.after(60 * dayMs, () => (acts += 1));
    vi.advanceTimersByTime(60 * dayMs - 1);
    expect(acts).toBe(0);
    vi.advanceTimersByTime(1);
    expect(acts).toBe(1);
  });

  test('can be cancelled, on a long way too', () => {
    let acts = 0;
    const cancels = [1_000, 60 * dayMs].map((ms) => systemClock.after(ms, () => (acts += 1)));
    vi.advanceTimersByTime(500);
    cancels[0]?.();
    vi.advanceTimersByTime(40 * dayMs);
    cancels[1]?.();
    vi.advanceTimersByTime(100 * dayMs);
    expect(acts).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a stopwatch', () => {
  test('counts what passes', async () => {
    const clock = new FakeClock();
    const passed = stopwatch(clock);
    await clock.advance(1_500);
    expect(passed()).toBe(1_500);
  });

  test('counts a sleep, of which only the date knows', () => {
    const clock = new FakeClock();
    const passed = stopwatch(clock);
    clock.jump(840_000);
    expect(passed()).toBe(840_000);
  });

  test('counts on though the date is set back', async () => {
    const clock = new FakeClock();
    const passed = stopwatch(clock);
    clock.jump(-3_600_000);
    await clock.advance(2_000);
    expect(passed()).toBe(2_000);
  });
});
