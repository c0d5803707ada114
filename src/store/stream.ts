import { sql, type Kysely } from 'kysely';
import { attemptEntry, createdEntry, timeOfEntry, type HistoryEntry } from '../model/history-entry.js';
import { eventFits } from './event-conditions.js';
import type { HistoryEnds } from './history-ends.js';
import { unindexed } from './literals.js';
import { history, toAttempt, toNotification } from './notifications.js';
import { cursorOfPlace, earlier, placeOfCursor, type StreamPlace } from './stream-place.js';
import type { StoreReads, StreamFilter, StreamPage } from './store.js';
import type { Tables } from './tables.js';
import { attemptRowBefore, notificationRowBefore } from './time-bounds.js';

/** So many rows of a table are looked at in one read, whether they fit or not: others wait no longer than that. */
const MOST_LOOKED_AT = 1_000;
/** So many of them are taken, so that a page is never large. */
const MOST_TAKEN = 200;

/**
 * Reads the history in the order in which it grew. Nothing is kept for it: what grows are the rows of notifications and
 * of attempts, and a place is a row of each.
 *
 * Nothing ever appears before a place: a read ends where the history is settled (`history-ends.ts`).
 */
export function streamReads(db: Kysely<Tables>, ends: HistoryEnds): Pick<StoreReads, 'streamStart' | 'streamPage'> {
  return {
    async streamStart({ after, since }) {
      if (after !== undefined) return cursorOfPlace(placeOfCursor(after));
      return cursorOfPlace(since === undefined ? await ends.now() : await placeBefore(db, since));
    },
    async streamPage(accountId, cursor, filter) {
      const place = placeOfCursor(cursor);
      const end = await ends.end(place);
      // A place beyond the end is of a history that was emptied, or put back from a copy: what follows is new.
      const from = await beforeNext(db, earlier(place, end), end);
      const to = earlier(
        { notificationRow: from.notificationRow + MOST_LOOKED_AT, attemptRow: from.attemptRow + MOST_LOOKED_AT },
        end,
      );
      const created = stretchOf(await createdRows(db, accountId, filter, from, to), to.notificationRow);
      const ended = stretchOf(await attemptRows(db, accountId, filter, from, to), to.attemptRow);
      return pageOfBoth(from, created, ended, end, filter);
    },
  };
}

/** What was removed after a place need not be gone through: the same place, nearer to what comes next. */
async function beforeNext(db: Kysely<Tables>, place: StreamPlace, end: StreamPlace): Promise<StreamPlace> {
  const next = (table: 'notifications' | 'attempts', row: number) =>
    sql<number | null>`(SELECT min(t.row) FROM ${sql.table(table)} t WHERE t.row > ${row})`;
  const { notificationRow, attemptRow } = await db
    .selectNoFrom([
      next('notifications', place.notificationRow).as('notificationRow'),
      next('attempts', place.attemptRow).as('attemptRow'),
    ])
    .executeTakeFirstOrThrow();
  // What was written since the end was read is of the next page.
  return earlier({ notificationRow: before(notificationRow), attemptRow: before(attemptRow) }, end);
}

function before(row: number | null): number {
  return row === null ? Number.MAX_SAFE_INTEGER : row - 1;
}

async function placeBefore(db: Kysely<Tables>, time: number): Promise<StreamPlace> {
  return db
    .selectNoFrom([notificationRowBefore(db, time).as('notificationRow'), attemptRowBefore(time).as('attemptRow')])
    .executeTakeFirstOrThrow();
}

async function createdRows(
  db: Kysely<Tables>,
  accountId: string,
  filter: StreamFilter,
  from: StreamPlace,
  to: StreamPlace,
): Promise<Found[]> {
  if (from.notificationRow === to.notificationRow) return [];
  let query = matching(db, accountId, filter)
    .where('n.row', '>', from.notificationRow)
    .where('n.row', '<=', to.notificationRow);
  if (filter.since !== undefined) query = query.where('n.created_at', '>=', filter.since);
  const rows = await query.orderBy('n.row').limit(sql.lit(MOST_TAKEN)).execute();
  return rows.map((row) => ({ row: row.row, notificationRow: row.row, entry: createdEntry(toNotification(row)) }));
}

async function attemptRows(
  db: Kysely<Tables>,
  accountId: string,
  filter: StreamFilter,
  from: StreamPlace,
  to: StreamPlace,
): Promise<Found[]> {
  if (from.attemptRow === to.attemptRow) return [];
  let query = matching(db, accountId, filter)
    .innerJoin('attempts as a', 'a.notification_row', 'n.row')
    .select([
      'a.row as attempt_row',
      'a.number',
      'a.started_at',
      'a.duration_ms',
      'a.status as attempt_status',
      'a.error',
      'a.answer',
      'a.location',
    ])
    .where('a.row', '>', from.attemptRow)
    .where('a.row', '<=', to.attemptRow);
  if (filter.since !== undefined) query = query.where(sql`a.started_at + a.duration_ms`, '>=', filter.since);
  const rows = await query.orderBy('a.row').limit(sql.lit(MOST_TAKEN)).execute();
  return rows.map((row) => ({
    row: row.attempt_row,
    notificationRow: row.row,
    entry: attemptEntry(toNotification(row), toAttempt({ ...row, status: row.attempt_status })),
  }));
}

/** Both start at the rows between two places: nothing is to start at what else is asked for. */
function matching(db: Kysely<Tables>, accountId: string, filter: StreamFilter) {
  const query = history(db, accountId, unindexed('n.account_id')).where(eventFits(filter));
  return filter.webhookId === undefined ? query : query.where(unindexed('w.id'), '=', filter.webhookId);
}

/** A row of one of the two tables that fits, with the row of its notification. */
interface Found {
  readonly row: number;
  readonly notificationRow: number;
  readonly entry: HistoryEntry;
}

/** What was found of one table, and up to which row it is all there is. */
interface Stretch {
  readonly found: Found[];
  readonly upTo: number;
}

function stretchOf(found: Found[], to: number): Stretch {
  return { found, upTo: found.length === MOST_TAKEN ? (found.at(-1)?.row ?? to) : to };
}

/**
 * Both tables as one stream: by time, and a notification always before its attempts. Ends where one of them was not read
 * further, since what comes next there may belong before the rest of the other.
 */
function pageOfBoth(
  from: StreamPlace,
  created: Stretch,
  ended: Stretch,
  end: StreamPlace,
  { status }: StreamFilter,
): StreamPage {
  const entries: (HistoryEntry & { readonly cursor: string })[] = [];
  const place = { ...from };
  const left = { created: created.found.values(), ended: ended.found.values() };
  let nextCreated = left.created.next().value;
  let nextEnded = left.ended.next().value;
  for (;;) {
    if (!nextCreated) place.notificationRow = created.upTo;
    if (!nextEnded) place.attemptRow = ended.upTo;
    if (!nextCreated && (!nextEnded || created.upTo < end.notificationRow)) break;
    if (!nextEnded && ended.upTo < end.attemptRow) break;

    let taken: Found | undefined;
    if (nextCreated && (!nextEnded || isBefore(nextCreated, nextEnded))) {
      taken = nextCreated;
      place.notificationRow = taken.row;
      nextCreated = left.created.next().value;
    } else if (nextEnded) {
      taken = nextEnded;
      place.attemptRow = taken.row;
      nextEnded = left.ended.next().value;
    }

    if (taken && (status === undefined || taken.entry.notification.status === status)) {
      entries.push({ ...taken.entry, cursor: cursorOfPlace(place) });
    }
  }

  const isEnd = place.notificationRow === end.notificationRow && place.attemptRow === end.attemptRow;
  return { entries, cursor: cursorOfPlace(place), isEnd };
}

function isBefore(created: Found, ended: Found): boolean {
  return timeOfEntry(created.entry) <= timeOfEntry(ended.entry) || created.row <= ended.notificationRow;
}
