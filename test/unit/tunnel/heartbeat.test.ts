import { expect, test } from 'vitest';
import { heartbeat } from '../../../src/tunnel/heartbeat.js';
import { FakeClock } from '../../helpers/fake-clock.js';

function watched() {
  const clock = new FakeClock();
  const start = clock.now();
  const pings: number[] = [];
  const silences: number[] = [];
  const beat = heartbeat(clock, {
    ping: () => pings.push(clock.now() - start),
    onSilence: () => silences.push(clock.now() - start),
  });
  return { clock, pings, silences, beat };
}

test('pings every 5 seconds', async () => {
  const { clock, pings, beat, silences } = watched();
  for (let i = 0; i < 6; i += 1) {
    await clock.advance(5_000);
    beat.heard();
  }
  expect(pings).toEqual([5_000, 10_000, 15_000, 20_000, 25_000, 30_000]);
  expect(silences).toEqual([]);
});

test('takes a link for dead on which nothing came for 15 seconds, and says so once', async () => {
  const { clock, silences } = watched();
  await clock.advance(14_999);
  expect(silences).toEqual([]);
  await clock.advance(60_000);
  expect(silences).toEqual([15_000]);
  expect(clock.timerCount).toBe(0);
});

test('counts the silence from what was heard last', async () => {
  const { clock, silences, beat } = watched();
  await clock.advance(12_000);
  beat.heard();
  await clock.advance(60_000);
  expect(silences).toHaveLength(1);
  expect(silences[0]).toBeGreaterThanOrEqual(27_000);
  expect(silences[0]).toBeLessThan(27_000 + 5_000);
});

test('leaves no timer when it is stopped', async () => {
  const { clock, pings, silences, beat } = watched();
  beat.stop();
  await clock.advance(60_000);
  expect({ pings, silences, timers: clock.timerCount }).toEqual({ pings: [], silences: [], timers: 0 });
});
