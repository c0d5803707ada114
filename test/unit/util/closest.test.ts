import { describe, expect, test } from 'vitest';
import { closest, distance } from '../../../src/util/closest.js';

describe('the distance of two words counts', () => {
  test.each([
    ['nothing when they are the same', 'list', 'list', 0],
    ['a letter left out', 'lst', 'list', 1],
    ['a letter too many', 'liist', 'list', 1],
    ['another letter', 'lost', 'list', 1],
    ['two neighbours swapped', 'shwo', 'show', 1],
    ['every letter against an empty word', '', 'list', 4],
    ['letters that have nothing in common', 'abc', 'xyz', 3],
  ])('%s', (_, a, b, expected) => {
    expect(distance(a, b)).toBe(expected);
    expect(distance(b, a)).toBe(expected);
  });
});

describe('closest', () => {
  test('gives the nearest first, and each once', () => {
    expect(closest('subscrib', ['unsubscribe', 'subscribe', 'subscribe', 'test'])).toEqual([
      'subscribe',
      'unsubscribe',
    ]);
  });

  test('reads capitals as small letters', () => {
    expect(closest('LIST', ['list'])).toEqual(['list']);
  });

  test('takes the start of a word for the word, behind what was mistyped', () => {
    expect(closest('noti', ['notifications', 'note'])).toEqual(['note', 'notifications']);
  });

  test('gives nothing for what is another word', () => {
    expect(closest('frobnicate', ['add', 'list', 'remove'])).toEqual([]);
    expect(closest('', ['add'])).toEqual([]);
  });
});
