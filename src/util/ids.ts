import { randomBytes, randomFillSync } from 'node:crypto';

/** Crockford's base 32 in lower case: no i, l, o or u, so an id can be read aloud and typed. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The prefixes of our own ids. Events, accounts, calendars and subscriptions keep CalReply's GUIDs.
 */
export type IdPrefix = 'whk' | 'ntf' | 'lst';

/**
 * A GUID as CalReply writes them: lower case, RFC 9562 version 7. They begin with their time, so that new ones stand side
 * by side in an index; 74 bits are random.
 *
 * @param now milliseconds since 1970
 */
export function newGuid(now = Date.now()): string {
  const bytes = Buffer.allocUnsafe(16);
  takeRandom(10).copy(bytes, 6);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** An id nobody can guess (130 random bits), such as `whk_7d2…`: what knows a listener's id may post to its inbox. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomText(26)}`;
}

/**
 * An id that sorts by time, such as `ntf_01k9…`: 48 bits of milliseconds, then 80 random bits (the layout of a ULID).
 *
 * @param now milliseconds since 1970
 */
export function newTimeId(prefix: IdPrefix, now: number): string {
  return `${firstTimeId(prefix, now)}${randomText(16)}`;
}

/**
 * The start of every id of a time: those of that time and later are greater than it, those of earlier times less.
 *
 * @param time milliseconds since 1970; what is before that counts as 1970
 */
export function firstTimeId(prefix: IdPrefix, time: number): string {
  let text = '';
  for (let rest = Math.max(time, 0), place = 0; place < 10; place += 1, rest = Math.floor(rest / 32)) {
    text = ALPHABET.charAt(rest % 32) + text;
  }

  return `${prefix}_${text}`;
}

/** Random text of `length` characters, 5 bits each. Fit for secrets. */
export function randomText(length: number): string {
  let text = '';
  for (const byte of takeRandom(length)) text += ALPHABET.charAt(byte % 32);
  return text;
}

/** Asking the system for random bytes takes longer than making an id of them, so it is asked for many at once. */
const pool = Buffer.alloc(8192);
let taken = pool.length;

/** Random bytes that nobody else gets; valid until the next call. */
function takeRandom(length: number): Buffer {
  if (length > pool.length) return randomBytes(length);
  if (taken + length > pool.length) {
    randomFillSync(pool);
    taken = 0;
  }

  taken += length;
  return pool.subarray(taken - length, taken);
}

/** A new secret for signatures, in the form of Standard Webhooks: `whsec_` and 32 random bytes in base 64. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** Whether a text is a GUID, of any version and in any case. */
export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
