import { expect, test } from 'vitest';
import { Turns } from '../../../src/util/turns.js';

const never = new AbortController().signal;

/** A work that ends when the test says so. */
function work() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  let isRunning = false;
  return {
    run: async () => {
      isRunning = true;
      await ended;
      isRunning = false;
    },
    end,
    isRunning: () => isRunning,
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('so many run at once, the others in the order in which they came', async () => {
  const turns = new Turns(2);
  const works = [work(), work(), work(), work()] as const;
  const all = works.map(({ run }) => turns.take('a', run, never));
  const running = async () => {
    await settle();
    return works.map((one) => one.isRunning());
  };
  expect(await running()).toEqual([true, true, false, false]);
  works[1].end();
  expect(await running()).toEqual([true, false, true, false]);
  works[0].end();
  expect(await running()).toEqual([false, false, true, true]);
  works[2].end();
  works[3].end();
  await Promise.all(all);
});

test('one key does not wait for another', async () => {
  const turns = new Turns(1);
  const [one, other] = [work(), work()];
  const both = [turns.take('a', one.run, never), turns.take('b', other.run, never)];
  await settle();
  expect([one.isRunning(), other.isRunning()]).toEqual([true, true]);
  one.end();
  other.end();
  await Promise.all(both);
});

test('a work that fails gives its place to the next, and its error to who asked for it', async () => {
  const turns = new Turns(1);
  const failing = turns.take('a', () => Promise.reject(new Error('broken')), never);
  const next = turns.take('a', () => Promise.resolve('done'), never);
  await expect(failing).rejects.toThrow('broken');
  await expect(next).resolves.toBe('done');
});

test('who leaves while waiting never runs, and keeps nobody waiting', async () => {
  const turns = new Turns(1);
  const [first, left, last] = [work(), work(), work()];
  const gone = new AbortController();
  const running = turns.take('a', first.run, never);
  const leaving = turns.take('a', left.run, gone.signal);
  const waiting = turns.take('a', last.run, never);
  gone.abort(new Error('left'));
  await expect(leaving).rejects.toThrow('left');
  first.end();
  last.end();
  await Promise.all([running, waiting]);
  expect(left.isRunning()).toBe(false);
});
