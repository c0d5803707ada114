import { CalReplyError } from '../errors.js';
import type { Page } from './store.js';

/**
 * Lists are read by key, never by offset: a page in the middle of a million costs what the first one does, and nothing
 * is shown twice when new rows come in between.
 *
 * @throws {CalReplyError} InvalidRequest for a cursor that no page gave
 */
export function rowOfCursor(cursor: string): number {
  const row = Number(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (cursor === '' || !Number.isSafeInteger(row) || cursorOf(row) !== cursor) {
    throw new CalReplyError('InvalidRequest', `“${cursor}” is not a cursor that this service gave.`);
  }

  return row;
}

/** A page from rows read newest first, one more than `limit` to see whether another page follows. */
export function pageOf<Row extends { row: number }, T>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(toItem), nextCursor: rows.length > limit && last ? cursorOf(last.row) : null };
}

function cursorOf(row: number): string {
  return Buffer.from(String(row), 'latin1').toString('base64url');
}
