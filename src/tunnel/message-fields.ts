import { MOST_BUSY_TYPES, MOST_WINDOW } from '../model/listener.js';

/* What the fields of the tunnel's messages may hold, for both ends. */

/** What a message says, before it is known to be one. */
export type Fields = Record<string, unknown>;

/** @throws {Error} with a sentence, when it is none */
export function readObject(frame: Buffer): Fields {
  let value: unknown;
  try {
    value = JSON.parse(frame.toString('utf8'));
  } catch (error) {
    throw new Error('A message is not valid JSON.', { cause: error });
  }

  if (typeof value !== 'object' || value === null) throw new Error('A message is not a JSON object.');
  return value as Fields;
}

/**
 * The message, when each of these fields holds what it should.
 *
 * @throws {Error} with a sentence
 */
export function expectFields<T extends { type: string }>(message: Fields, kinds: Partial<Record<keyof T, Kind>>): T {
  for (const [field, { fits, words }] of Object.entries<Kind>(kinds as Record<string, Kind>)) {
    if (fits(message[field])) continue;
    throw new Error(`The message “${String(message.type)}” has no ${field} that is ${words}.`);
  }

  return message as unknown as T;
}

/** What a field may hold. */
export interface Kind {
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
}

const isText = (value: unknown): value is string => typeof value === 'string';
/** Of a header of an answer so much is kept, in characters. */
const MOST_HEADER = 2_048;
const isWhole = (value: unknown, least: number, most: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

export const TEXT: Kind = { words: 'a text', fits: isText };
/** Kept as long as the link. */
export const WORDS: Kind = {
  words: 'a text of up to 200 characters',
  fits: (value) => isText(value) && value.length <= 200,
};
export const ATTEMPT: Kind = {
  words: 'a number from 1',
  fits: (value) => isWhole(value, 1, Number.MAX_SAFE_INTEGER),
};
export const COUNT: Kind = { words: 'a whole number', fits: (value) => isWhole(value, 0, Number.MAX_SAFE_INTEGER) };
export const WINDOW: Kind = {
  words: `a whole number from 1 to ${MOST_WINDOW}`,
  fits: (value) => isWhole(value, 1, MOST_WINDOW),
};
export const ORDER: Kind = {
  words: '“subscription” or “listener”',
  fits: (value) => value === 'subscription' || value === 'listener',
};
export const FLAG: Kind = { words: 'true or false', fits: (value) => typeof value === 'boolean' };
export const STATUS: Kind = { words: 'an HTTP status', fits: (value) => isWhole(value, 100, 999) };
export const DURATION: Kind = {
  words: 'a time in milliseconds',
  fits: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
};
export const EVENT: Kind = {
  words: 'an id, a type and isTest',
  fits: (value) => {
    const { id, type, isTest } = (value ?? {}) as { id?: unknown; type?: unknown; isTest?: unknown };
    return isText(id) && isText(type) && typeof isTest === 'boolean';
  },
};
export const HEADERS: Kind = {
  words: 'a list of names and values',
  fits: (value) =>
    Array.isArray(value) &&
    value.every((pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(isText)),
};

/** Kept as long as the link. */
export const TYPES: Kind = {
  words: `a list of up to ${MOST_BUSY_TYPES} types`,
  fits: (value) => Array.isArray(value) && value.length <= MOST_BUSY_TYPES && value.every(WORDS.fits),
};

/** The same, or nothing. */
export function optional({ words, fits }: Kind): Kind {
  return { words, fits: (value) => value === undefined || fits(value) };
}

/** Undefined for what is no text. */
export function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, MOST_HEADER) : undefined;
}
