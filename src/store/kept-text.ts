import { toUSVString } from 'node:util';

/** Neither database keeps a text with a NUL in it as it is. It is kept as U+FFFD instead, as half a surrogate pair is. */
export function withoutNul<T>(value: T): T | string {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}

/** A text as it comes back from the database: half a surrogate pair has no place in UTF-8. */
export function asKept(text: string): string {
  return withoutNul(toUSVString(text));
}
