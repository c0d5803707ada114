import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cursorOfPlace, placeOfCursor } from '../../../src/store/stream-place.js';

const row = fc.nat({ max: Number.MAX_SAFE_INTEGER });

test('a cursor leads back to its place, and fits into a header', () => {
  fc.assert(
    fc.property(row, row, (notificationRow, attemptRow) => {
      const cursor = cursorOfPlace({ notificationRow, attemptRow });
      expect(placeOfCursor(cursor)).toEqual({ notificationRow, attemptRow });
      expect(cursor).toMatch(/^[\w-]{1,64}$/);
    }),
  );
});

const encoded = (text: string) => Buffer.from(text).toString('base64url');

test.each([
  '',
  'x',
  'MS4x=',
  ' MS4x',
  ...['1', '1.', '.1', '1.1.1', '01.1', '1.01', '-1.1', '1e3.1', '1.1 ', '9007199254740993.1', '1,1'].map(encoded),
])('“%s” is refused', (cursor) => {
  const refusal = { code: 'InvalidRequest', message: `“${cursor}” is not the id of an entry that this service gave.` };
  expect(() => placeOfCursor(cursor)).toThrow(expect.objectContaining(refusal) as Error);
});
