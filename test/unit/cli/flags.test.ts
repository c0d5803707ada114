import { describe, expect, test } from 'vitest';
import { eventTypesOf } from '../../../src/cli/flags.js';

describe('--events', () => {
  test.each<[string, string[] | undefined, string[] | undefined]>([
    ['nothing when it is absent', undefined, undefined],
    [
      'the types it names, in either spelling',
      ['subscribe', ' SubscriptionEventAdded'],
      ['Subscribe', 'SubscriptionEventAdded'],
    ],
    ['the types beside an empty one', ['subscribe', ''], ['Subscribe']],
    ['every type, which the service knows by an empty list', ['all'], []],
    ['every type in any letters', [' ALL '], []],
  ])('says %s', (_, names, expected) => {
    expect(eventTypesOf(names)).toEqual(expected);
  });

  test.each([[['']], [[]], [['', ' ']]])('%j names no type, which is not every type', (names) => {
    expect(() => eventTypesOf(names)).toThrow(
      expect.objectContaining({
        code: 'WrongUse',
        message: '--events names no type.',
        hint: 'For every type: --events all. For some: --events subscribe,unsubscribe',
      }),
    );
  });

  test('takes no type beside all of them', () => {
    expect(() => eventTypesOf(['all', 'subscribe'])).toThrow(expect.objectContaining({ code: 'UnknownEventType' }));
  });
});
