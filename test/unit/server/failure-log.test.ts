import { beforeEach, expect, test } from 'vitest';
import { failureLog, type FailureLog } from '../../../src/server/failure-log.js';
import { FakeClock } from '../../helpers/fake-clock.js';

let clock: FakeClock;
let lines: [level: string, facts: object, message: string][];
let failures: FailureLog;

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  const at = (level: string) => (facts: object, message: string) => void lines.push([level, facts, message]);
  failures = failureLog({ error: at('error'), warn: at('warn') }, clock);
});

async function failEachSecond(seconds: number, error: unknown) {
  for (let second = 0; second < seconds; second += 1) {
    failures.failed('it failed', error);
    await clock.advance(1_000);
  }
}

test('a failure that goes on is told once, then counted each minute, and its end is told', async () => {
  const error = new Error('disk is full');
  await failEachSecond(150, error);
  await clock.advance(15_000);

  expect(lines).toEqual([
    ['error', { err: error }, 'it failed'],
    ['error', { times: 60, seconds: 60 }, 'still: it failed'],
    ['error', { times: 120, seconds: 120 }, 'still: it failed'],
    ['warn', { times: 150, seconds: 149 }, 'over: it failed'],
  ]);
  await clock.advance(600_000);
  expect(lines).toHaveLength(4);
});

test('what fails once is told once, and again when it fails again later', async () => {
  for (let day = 0; day < 2; day += 1) {
    failures.failed('it failed', new Error('oh'), { route: '/x' });
    await clock.advance(86_400_000);
  }

  expect(lines).toEqual([
    ['error', { err: new Error('oh'), route: '/x' }, 'it failed'],
    ['error', { err: new Error('oh'), route: '/x' }, 'it failed'],
  ]);
});

test('another failure is told at once, but not each of a thousand that differ', () => {
  failures.failed('it failed', new Error('one'));
  failures.failed('it failed', new Error('two'));
  expect(lines).toHaveLength(2);

  for (let id = 0; id < 1_000; id += 1) failures.failed('it failed', new Error(`no ${id}`));
  expect(lines.length).toBeLessThan(60);
});
