import { describe, expect, test } from 'vitest';
import { refusalOf, retryAll } from '../../../src/cli/retry.js';
import { CalReplyError } from '../../../src/errors.js';

const refused = (code: string, id = 'ntf_1') => ({ id, code, reason: 'Its webhook is off.' });

test('nothing that was refused is no failure', () => {
  expect(refusalOf({ refused: [] }, 2)).toBeUndefined();
});

test('a refusal of the only one is told in the service’s words, of several with their number', () => {
  expect(refusalOf({ refused: [refused('NotFound')] }, 1)).toMatchObject({
    code: 'NotFound',
    message: 'Its webhook is off.',
  });
  expect(refusalOf({ refused: [refused('Conflict'), refused('NotFound', 'ntf_2')] }, 3)).toMatchObject({
    code: 'Conflict',
    message: 'Refused: 2 of 3 notifications. ntf_1: Its webhook is off.',
  });
});

test.each(['NewerThanThis', 'toString', ''])('a code that is not known, “%s”, is a refusal too', (code) => {
  expect(refusalOf({ refused: [refused(code)] }, 1)).toMatchObject({ code: 'Conflict', exitCode: 2 });
});

describe('when the service fails while many are sent again', () => {
  const unreachable = new CalReplyError('ServiceUnreachable', 'Nothing answers.');
  const ids = Array.from({ length: 250 }, (_, i) => `ntf_${i}`);
  /** A service that takes so many calls, and then no more. */
  const taking = (calls: number) => {
    let left = calls;
    return {
      retryNotifications(retried: readonly string[]) {
        left -= 1;
        return left < 0 ? Promise.reject(unreachable) : Promise.resolve({ retried: [...retried], refused: [] });
      },
    };
  };

  test('those that were sent before are told with the failure', async () => {
    expect(await retryAll(taking(2), ids)).toEqual({ retried: ids.slice(0, 200), refused: [], failure: unreachable });
    expect(await retryAll(taking(3), ids)).toEqual({ retried: ids, refused: [] });
  });

  test('and none was sent, there is only the failure', async () => {
    await expect(retryAll(taking(0), ids)).rejects.toBe(unreachable);
  });
});
