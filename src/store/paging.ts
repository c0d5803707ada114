import { CalReplyError } from '../errors.js';
import type { Page } from './store.js';

/**
 * Lists are read by key, never by offset: a page in the middle of a million costs what the first one does, and nothing
 * is shown twice when new rows come in between.
 *
 * @throws {CalReplyError} InvalidRequest for a cursor that no page gave
 */
export function placeOfListCursor(cursor: string): ListPlace {
  const [, ...rows] = /^(\d+)(?:\/(\d+))?$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  const [row = Number.NaN, eventRow] = rows.map((text) => (text === undefined ? undefined : Number(text)));
  const place = { row, ...(eventRow !== undefined && { eventRow }) };
  const isPlace = Number.isSafeInteger(row) && Number.isSafeInteger(eventRow ?? 0);
  if (isPlace && cursorOf(place) === cursor) return place;
  throw new CalReplyError('InvalidRequest', `“${cursor}” is not a cursor that this service gave.`);
}

/** A place in a list: after this row. It need not be there any more. */
export interface ListPlace {
  readonly row: number;
  /** The row of its event, where the list goes by events. */
  readonly eventRow?: number;
}

/** A page from rows read newest first, one more than `limit` to see whether another page follows. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => T,
  placeOf: (row: Row) => ListPlace,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(toItem), nextCursor: rows.length > limit && last ? cursorOf(placeOf(last)) : null };
}

function cursorOf({ row, eventRow }: ListPlace): string {
  const text = eventRow === undefined ? String(row) : `${row}/${eventRow}`;
  return Buffer.from(text, 'latin1').toString('base64url');
}
