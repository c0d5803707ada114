import { expect, test } from 'vitest';
import { atMost } from '../../../src/util/at-most.js';
import { FakeClock } from '../../helpers/fake-clock.js';

test('waits for the end, be it good or bad, and leaves no timer', async () => {
  const clock = new FakeClock();

  await atMost(100, Promise.resolve(), clock);
  await atMost(100, Promise.reject(new Error('no')), clock);

  expect(clock.timerCount).toBe(0);
});

test('waits no longer than that', async () => {
  const clock = new FakeClock();
  const waited = atMost(100, new Promise(() => undefined), clock);
  await clock.advance(100);

  await waited;
});
