import { expect, test } from 'vitest';
import { Turns } from '../../../src/util/turns.js';

/** Work that ends when the test says so. */
function work(started: number[], number: number) {
  let end: (error?: Error) => void = () => undefined;
  const ended = new Promise<number>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve(number));
  });
  return {
    end: (error?: Error) => end(error),
    run: () => {
      started.push(number);
      return ended;
    },
  };
}

test('only so many run at once, the others in the order in which they came, and one too many never', async () => {
  const turns = new Turns({ atOnce: 2, mostWaiting: 2 });
  const started: number[] = [];
  const pieces = [1, 2, 3, 4, 5].map((number) => work(started, number));
  const taken = pieces.map(({ run }) => turns.take(run));
  expect(taken[4]).toBeUndefined();
  expect(started).toEqual([1, 2]);

  pieces[1]?.end();
  expect(await taken[1]).toBe(2);
  await Promise.resolve();
  expect(started).toEqual([1, 2, 3]);

  // One that fails gives its turn on as well.
  pieces[0]?.end(new Error('failed'));
  await expect(taken[0]).rejects.toThrow('failed');
  await Promise.resolve();
  expect(started).toEqual([1, 2, 3, 4]);

  for (const { end } of pieces) end();
  expect(await Promise.all([taken[2], taken[3]])).toEqual([3, 4]);
  expect(await turns.take(() => Promise.resolve('free again'))).toBe('free again');
});
