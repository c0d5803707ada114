import { CalReplyError } from '../errors.js';

/** A place in the stream of the history: after these rows of the two tables that grow with it. */
export interface StreamPlace {
  readonly notificationRow: number;
  readonly attemptRow: number;
}

/** The place as a cursor, which means nothing to those who keep it. */
export function cursorOfPlace({ notificationRow, attemptRow }: StreamPlace): string {
  return Buffer.from(`${notificationRow}.${attemptRow}`, 'latin1').toString('base64url');
}

/** @throws {CalReplyError} InvalidRequest for a cursor that no stream gave */
export function placeOfCursor(cursor: string): StreamPlace {
  const [, ...rows] = /^(\d+)\.(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  const [notificationRow = Number.NaN, attemptRow = Number.NaN] = rows.map(Number);
  const place = { notificationRow, attemptRow };
  const isPlace = Number.isSafeInteger(notificationRow) && Number.isSafeInteger(attemptRow);
  if (isPlace && cursorOfPlace(place) === cursor) return place;
  throw new CalReplyError('InvalidRequest', `“${cursor}” is not the id of an entry that this service gave.`);
}

/** Of two places, the nearer to the start in each table. */
export function earlier(one: StreamPlace, other: StreamPlace): StreamPlace {
  return {
    notificationRow: Math.min(one.notificationRow, other.notificationRow),
    attemptRow: Math.min(one.attemptRow, other.attemptRow),
  };
}
