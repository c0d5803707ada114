import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstTimeId, newGuid, newId, newTimeId, newWebhookSecret, randomText } from '../../../src/util/ids.js';

/** Crockford's base 32: nothing in it can be taken for something else. */
const LETTERS = '[0-9a-hjkmnp-tv-z]';

test.each(['whk', 'ntf', 'lst'] as const)('an id of %s says what it is of, and can be read aloud', (prefix) => {
  expect(newId(prefix)).toMatch(new RegExp(`^${prefix}_${LETTERS}{26}$`));
  expect(newTimeId(prefix, Date.now())).toMatch(new RegExp(`^${prefix}_${LETTERS}{26}$`));
});

test('a GUID is one of version 7, and sorts by its time', () => {
  expect(newGuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  // The example of RFC 9562, appendix A.6.
  expect(newGuid(0x017f22e279b0)).toMatch(/^017f22e2-79b0-7/);
  expect(newGuid(1) < newGuid(2)).toBe(true);
});

test('no two are the same', () => {
  const ids = Array.from({ length: 2_000 }, () => [newId('whk'), newTimeId('ntf', 1), newGuid()]).flat();
  expect(new Set(ids).size).toBe(ids.length);
});

test('ids of later times sort after those of earlier ones', () => {
  const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  fc.assert(
    fc.property(time, time, (one, other) => {
      fc.pre(one !== other);
      expect(newTimeId('ntf', one) < newTimeId('ntf', other)).toBe(one < other);
    }),
  );
});

test('the start of a time’s ids is before them, and after those of earlier times', () => {
  const time = fc.integer({ min: 1, max: 2 ** 48 - 1 });
  fc.assert(
    fc.property(time, (now) => {
      expect(firstTimeId('ntf', now) < newTimeId('ntf', now)).toBe(true);
      expect(newTimeId('ntf', now - 1) < firstTimeId('ntf', now)).toBe(true);
    }),
  );
  expect(firstTimeId('ntf', -1)).toBe('ntf_0000000000');
});

test('random text has every letter of the alphabet, and none beside', () => {
  const text = randomText(5_000);
  expect(text).toMatch(new RegExp(`^${LETTERS}{5000}$`));
  expect(new Set(text).size).toBe(32);
});

test('a webhook’s secret has 32 random bytes in the form of Standard Webhooks', () => {
  const [, encoded = ''] = /^whsec_([A-Za-z0-9+/]+=*)$/.exec(newWebhookSecret()) ?? [];
  expect(Buffer.from(encoded, 'base64')).toHaveLength(32);
  expect(newWebhookSecret()).not.toBe(newWebhookSecret());
});
