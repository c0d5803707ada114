import { expect, test } from 'vitest';
import { heartbeat } from '../../../src/tunnel/heartbeat.js';
import { FakeClock } from '../../helpers/fake-clock.js';

function watched() {
  const clock = new FakeClock();
  const start = clock.elapsed();
  const pings: number[] = [];
  const silences: number[] = [];
  const beat = heartbeat(clock, {
    ping: () => pings.push(clock.elapsed() - start),
    onSilence: () => silences.push(clock.elapsed() - start),
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

test('takes a link for dead on which nothing came for 12 seconds, and says so once', async () => {
  const { clock, silences } = watched();
  await clock.advance(11_999);
  expect(silences).toEqual([]);
  await clock.advance(60_000);
  expect(silences).toEqual([12_000]);
  expect(clock.timerCount).toBe(0);
});

test.each([1, 4_999, 5_000, 7_321, 11_999])(
  'finds the silence exactly 12 seconds after what was heard last, %i ms after the start',
  async (at) => {
    const { clock, silences, beat } = watched();
    await clock.advance(at);
    beat.heard();
    await clock.advance(60_000);
    expect(silences).toEqual([at + 12_000]);
  },
);

test('finds a sleep, in which no timer ran, at its next beat', async () => {
  const { clock, silences, beat } = watched();
  await clock.advance(1_000);
  beat.heard();
  clock.jump(14 * 60_000);
  expect(beat.silence()).toBe(14 * 60_000);
  await clock.advance(4_000);
  expect(silences).toEqual([5_000]);
  expect(clock.timerCount).toBe(0);
});

test('finds a sleep by what came meanwhile, when that is read before any timer runs, and hears nothing any more', () => {
  const { clock, silences, beat } = watched();
  clock.jump(14 * 60_000);
  beat.heard();
  beat.heard();
  expect(silences).toEqual([0]);
  expect(beat.silence()).toBe(14 * 60_000);
  expect(clock.timerCount).toBe(0);
});

test('finds the silence in time though the date was set back', async () => {
  const { clock, silences } = watched();
  clock.jump(-3_600_000);
  await clock.advance(12_000);
  expect(silences).toEqual([12_000]);
});

test('leaves no timer when it is stopped', async () => {
  const { clock, pings, silences, beat } = watched();
  beat.stop();
  await clock.advance(60_000);
  expect({ pings, silences, timers: clock.timerCount }).toEqual({ pings: [], silences: [], timers: 0 });
});
