import { expect, test } from 'vitest';
import { RecentMap } from '../../../src/util/recent-map.js';

test('what was set longest ago makes room', () => {
  const map = new RecentMap<string, number>(2);
  map.set('one', 1);
  map.set('two', 2);
  map.set('one', 11);
  map.set('three', 3);
  expect(['one', 'two', 'three'].map((key) => map.get(key))).toEqual([11, undefined, 3]);
  map.delete('one');
  map.set('four', 4);
  expect(['one', 'three', 'four'].map((key) => map.get(key))).toEqual([undefined, 3, 4]);
});
