import { describe, expect, test } from 'vitest';
import { expectationText, isExceeded, isMet, parseExpectation } from '../../../src/listen/expectation.js';

describe('an expectation', () => {
  test.each([
    ['subscribe=2', { eventType: 'Subscribe', count: 2, orMore: false }, '2 × Subscribe'],
    ['SubscriptionEventAdded=1', { eventType: 'SubscriptionEventAdded', count: 1 }, '1 × SubscriptionEventAdded'],
    ['subscription-event-added=1', { eventType: 'SubscriptionEventAdded' }, '1 × SubscriptionEventAdded'],
    ['subscribe=2+', { count: 2, orMore: true }, 'at least 2 × Subscribe'],
    ['unsubscribe=0', { count: 0, orMore: false }, 'no Unsubscribe'],
    ['inbox=1', { eventType: 'Inbox' }, '1 × Inbox'],
    ['any=3', { eventType: null, count: 3 }, '3 × any type'],
    ['any=0', { eventType: null, count: 0 }, 'nothing'],
  ])('%s is understood, and is %s in words', (text, fields, words) => {
    const expectation = parseExpectation(text);

    expect(expectation).toMatchObject({ text, ...fields });
    expect(expectationText(expectation)).toBe(words);
  });

  test.each(['subscribe', 'subscribe=', 'subscribe=-1', 'subscribe=2.5', '=2', 'subscribe=two', 'subscribe=2-'])(
    '%s is none',
    (text) => expect(() => parseExpectation(text)).toThrow(`“${text}” is no expectation.`),
  );

  test('of a type that there is not tells those there are', () => {
    expect(() => parseExpectation('subscrib=2')).toThrow(
      expect.objectContaining({
        code: 'UnknownEventType',
        hint: expect.stringMatching(/^There are subscribe, .*any\.$/),
      }),
    );
  });
});

test.each([
  ['subscribe=2', 1, false, false],
  ['subscribe=2', 2, true, false],
  ['subscribe=2', 3, false, true],
  ['subscribe=2+', 1, false, false],
  ['subscribe=2+', 3, true, false],
  ['subscribe=0', 0, true, false],
  ['subscribe=0', 1, false, true],
])('%s with %i answered: met %s, exceeded %s', (text, answered, met, exceeded) => {
  const expectation = parseExpectation(text);

  expect([isMet(expectation, answered), isExceeded(expectation, answered)]).toEqual([met, exceeded]);
});
