import { expect, test } from 'vitest';
import { InHand } from '../../../../src/tunnel/local/in-hand.js';

test('an app is full with as many as it is given, and until half of them are done; each change is told once', async () => {
  const told: boolean[] = [];
  const inHand: InHand = new InHand(4, () => told.push(inHand.isFull));
  const ends: (() => void)[] = [];
  const begin = () => inHand.during(() => new Promise<void>((resolve) => ends.push(resolve)));
  const end = async () => {
    ends.pop()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };

  const works = [begin(), begin(), begin()];
  expect(told).toEqual([]);
  works.push(begin(), begin());
  expect(told).toEqual([true]);
  await end();
  await end();
  expect(told).toEqual([true]);
  await end();
  expect(told).toEqual([true, false]);
  works.push(begin());
  expect(told).toEqual([true, false]);
  while (ends.length > 0) await end();
  await Promise.all(works);
});

test('what fails is not in hand any more', async () => {
  const told: boolean[] = [];
  const inHand: InHand = new InHand(1, () => told.push(inHand.isFull));
  await expect(inHand.during(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(told).toEqual([true, false]);
});
