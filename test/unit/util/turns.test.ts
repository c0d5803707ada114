import { expect, test } from 'vitest';
import { Turns } from '../../../src/util/turns.js';

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
  const all = works.map(({ run }) => turns.take(run, { key: 'a' }));
  const running = async () => {
    await settle();
    return works.map((one) => one.isRunning());
  };
  expect(await running()).toEqual([true, true, false, false]);
  expect([turns.waiting('a'), turns.waiting('b')]).toEqual([2, 0]);
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
  const both = [turns.take(one.run, { key: 'a' }), turns.take(other.run, { key: 'b' })];
  await settle();
  expect([one.isRunning(), other.isRunning()]).toEqual([true, true]);
  one.end();
  other.end();
  await Promise.all(both);
});

test('a work that fails gives its place to the next, and its error to who asked for it', async () => {
  const turns = new Turns(1);
  const failing = turns.take(() => Promise.reject(new Error('broken')), { key: 'a' });
  const next = turns.take(() => Promise.resolve('done'), { key: 'a' });
  await expect(failing).rejects.toThrow('broken');
  await expect(next).resolves.toBe('done');
});

test('who leaves while waiting never runs, and keeps nobody waiting', async () => {
  const turns = new Turns(1);
  const [first, left, last] = [work(), work(), work()];
  const gone = new AbortController();
  const running = turns.take(first.run, { key: 'a' });
  const leaving = turns.take(left.run, { key: 'a', signal: gone.signal });
  const waiting = turns.take(last.run, { key: 'a' });
  gone.abort(new Error('left'));
  await expect(leaving).rejects.toThrow('left');
  first.end();
  last.end();
  await Promise.all([running, waiting]);
  expect(left.isRunning()).toBe(false);
});
