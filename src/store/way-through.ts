import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import type { NotificationFilter } from './store.js';
import type { Tables } from './tables.js';
import { notificationRowAfter, notificationRowBefore } from './time-bounds.js';

/**
 * Where a list of notifications starts to look: the history may be long and hold few that fit.
 *
 * `events`: the events that fit, newest first, by their indexes, then the notifications of each.
 * `few-events`: the same, but all of them, sorted afterwards, so that the list is in the order of `notifications`.
 * `notifications`: the notifications themselves, newest first, by status or webhook where one is asked for.
 *
 * A choice that depends on what is kept may be another one on the next page, so it is between the last two only.
 */
export type Way = 'events' | 'few-events' | 'notifications';

/**
 * More events than this are not sorted: it takes as long as it does to find 50 notifications of one in 250 among a
 * million.
 */
const MOST_SORTED = 4_000;

export async function wayThrough(db: Kysely<Tables>, accountId: string, filter: NotificationFilter): Promise<Way> {
  const { eventId, subscriptionId, type, calendarCode, status, webhookId, since } = filter;
  if (eventId !== undefined || subscriptionId !== undefined) return 'events';
  if (type === undefined && calendarCode === undefined) return 'notifications';
  if (status === undefined && webhookId === undefined && since === undefined) return 'events';
  const events = await eventCount(db, accountId, filter, MOST_SORTED + 1);
  if (events > MOST_SORTED) return 'notifications';
  return events < (await notificationCount(db, accountId, filter, events + 1)) ? 'few-events' : 'notifications';
}

/** How many events fit, as one index tells, counted up to `most`. */
function eventCount(db: Kysely<Tables>, accountId: string, { type, calendarCode }: NotificationFilter, most: number) {
  let found = db.selectFrom('events').select('row').where('account_id', '=', accountId);
  found = type === undefined ? found.where('calendar_code', '=', calendarCode ?? '') : found.where('type', '=', type);
  return countOf(db, found, most);
}

/** How many notifications fit, as one index tells, counted up to `most`. */
function notificationCount(
  db: Kysely<Tables>,
  accountId: string,
  { status, webhookId, since, until }: NotificationFilter,
  most: number,
) {
  let found = db.selectFrom('notifications').select('row');
  if (status !== undefined) found = found.where('account_id', '=', accountId).where('status', '=', status);
  else if (webhookId !== undefined) {
    const webhook = db.selectFrom('webhooks').select('row').where('id', '=', webhookId);
    found = found.where('webhook_row', '=', webhook);
  } else found = found.where('account_id', '=', accountId);
  if (since !== undefined) found = found.where('row', '>', notificationRowBefore(db, since));
  if (until !== undefined) found = found.where('row', '<', notificationRowAfter(db, until));
  return countOf(db, found, most);
}

async function countOf(
  db: Kysely<Tables>,
  found: SelectQueryBuilder<Tables, 'events' | 'notifications', { row: number }>,
  most: number,
): Promise<number> {
  const { count } = await db
    // A parameter of LIMIT alone would have the statement compiled anew each time; see `literals.ts`.
    .selectFrom(found.limit(sql<number>`${most} + 0`).as('found'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}
