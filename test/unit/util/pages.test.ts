import { expect, test } from 'vitest';
import { pages } from '../../../src/util/pages.js';

const LIST = new Map<string | undefined, { items: number[]; nextCursor: string | null }>([
  [undefined, { items: [1, 2], nextCursor: 'a' }],
  ['a', { items: [], nextCursor: 'b' }],
  ['b', { items: [3], nextCursor: null }],
]);

function list() {
  const asked: (string | undefined)[] = [];
  const ask = (cursor: string | undefined) => {
    asked.push(cursor);
    const page = LIST.get(cursor);
    return page ? Promise.resolve(page) : Promise.reject(new Error(`no page at ${cursor}`));
  };
  return { ask, asked };
}

test('every page comes, in order, up to the last', async () => {
  const { ask } = list();
  const items: number[] = [];
  for await (const page of pages(ask)) items.push(...page.items);
  expect(items).toEqual([1, 2, 3]);
});

test('no page is asked for that nobody reads', async () => {
  const { ask, asked } = list();
  for await (const page of pages(ask)) if (page.items.length > 0) break;
  expect(asked).toEqual([undefined]);
});
