import { expect, test } from 'vitest';
import { inBatches } from '../../../src/util/in-batches.js';
import { settle } from '../../helpers/settle.js';

test('what is done in batches keeps its order, and no more than a batch is under way', async () => {
  let underWay = 0;
  let most = 0;

  const doubled = await inBatches([1, 2, 3, 4, 5], 2, async (number) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await settle();
    underWay -= 1;
    return number * 2;
  });

  expect(doubled).toEqual([2, 4, 6, 8, 10]);
  expect(most).toBe(2);
});

test('the first failure ends it', async () => {
  const done: number[] = [];

  const failing = inBatches([1, 2, 3], 1, (number) => {
    done.push(number);
    return number === 2 ? Promise.reject(new Error('no')) : Promise.resolve();
  });

  await expect(failing).rejects.toThrow('no');
  expect(done).toEqual([1, 2]);
});
