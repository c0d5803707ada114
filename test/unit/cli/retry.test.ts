import { expect, test } from 'vitest';
import { refusalOf } from '../../../src/cli/retry.js';

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
