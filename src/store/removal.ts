import { sql, type DeleteResult, type Kysely } from 'kysely';
import { PENDING } from './literals.js';
import type { Tables } from './tables.js';
import { eventRowBefore, notificationRowBefore } from './time-bounds.js';

/** So many rows are removed at once, some 5 ms: nobody waits longer for the database than that. */
const MOST_REMOVED = 200;
/** So many rows are looked at for them. What is kept, however much it is, is passed by at this pace. */
const MOST_LOOKED_AT = 1_000;

type Write = <T>(work: (unit: Kysely<Tables>) => Promise<T>) => Promise<T>;

/**
 * Removes what is older than a time: finished notifications with their attempts, then events that have no notification
 * left and were folded, with their idempotency keys, then ended subscriptions and who it was that ended them, and webhooks and listeners that
 * were taken off and of which nothing is left. Never what is pending, nor an event that has a notification.
 *
 * It walks the rows from the oldest end, in which order they were made, so it needs no index of times; what stays there,
 * because it is pending or was sent again, is passed by once in a walk. The pages that become free are used for what
 * comes: the file does not grow by it, nor shrink.
 *
 * The newest row of each table stays, however old: SQLite would give its number to the next one, and a client whose
 * cursor lies behind it would miss that.
 *
 * @param fold folds what events tell of subscriptions: one that was not folded stays
 * @returns a step for each short write: how many rows were removed by it
 */
export async function* removeOld(
  write: Write,
  before: number,
  fold: () => AsyncIterable<unknown>,
): AsyncGenerator<number, void> {
  for await (const _ of fold()) yield 0;
  for (const remove of [removeNotifications, removeEvents]) {
    for (let after: number | null = 0; after !== null;) {
      const from: number = after;
      const { removed, next } = await write((unit) => remove(unit, before, from));
      yield removed;
      after = next;
    }
  }

  for (const remove of [
    removeSubscriptions,
    removeUnattached,
    forgetEnded,
    removeTests,
    removeListeners,
    removeWebhooks,
  ]) {
    for (let removed = MOST_REMOVED; removed === MOST_REMOVED;) {
      removed = await write((unit) => remove(unit, before));
      yield removed;
    }
  }
}

/** What one write did, and after which row the next goes on; null at the end. */
interface Step {
  readonly removed: number;
  readonly next: number | null;
}

async function removeNotifications(db: Kysely<Tables>, before: number, after: number): Promise<Step> {
  const looked = await db
    .selectFrom('notifications')
    .select(['row', 'finished_at'])
    .where('row', '>', after)
    .where('row', '<=', notificationRowBefore(db, before))
    .orderBy('row')
    .limit(sql.lit(MOST_LOOKED_AT))
    .execute();
  const found = looked.filter(({ finished_at: finishedAt }) => finishedAt !== null && finishedAt < before);
  const to = found[MOST_REMOVED - 1]?.row ?? looked.at(-1)?.row;
  if (to === undefined) return { removed: 0, next: null };

  const old = db
    .selectFrom('notifications')
    .select('row')
    .where('row', '>', after)
    .where('row', '<=', to)
    .where('finished_at', '<', before)
    // A finished one has a time; this is for the promise.
    .where('status', '!=', PENDING)
    .where('row', '<', newest(db, 'notifications'))
    .where('row', '!=', sql<number>`coalesce(${ofNewestAttempt(db)}, 0)`);
  await db.deleteFrom('attempts').where('notification_row', 'in', old).execute();
  const result = await db
    .deleteFrom('notifications')
    .where('row', 'in', old)
    // Once more: another process may have made it pending again since it was found.
    .where('status', '!=', PENDING)
    .where('finished_at', '<', before)
    .executeTakeFirstOrThrow();
  return { removed: removedOf(result), next: to };
}

async function removeEvents(db: Kysely<Tables>, before: number, after: number): Promise<Step> {
  const looked = db
    .selectFrom('events')
    .select('row')
    .where('row', '>', after)
    .where('row', '<=', eventRowBefore(before))
    .orderBy('row')
    .limit(sql.lit(MOST_LOOKED_AT));
  const ends = await db
    .selectFrom(looked.as('looked'))
    .select(({ fn }) => fn.max('looked.row').as('last'))
    .executeTakeFirst();
  const last = ends?.last ?? null;
  if (last === null) return { removed: 0, next: null };

  const unused = db
    .selectFrom('events as e')
    .select('e.row')
    .where('e.row', '>', after)
    .where('e.row', '<=', last)
    .where('e.row', '<', newest(db, 'events'))
    .where((of) =>
      of.not(of.exists(of.selectFrom('notifications as n').select('n.row').whereRef('n.event_row', '=', 'e.row'))),
    )
    .where((of) =>
      of.not(of.exists(of.selectFrom('events_to_fold as f').select('f.row').whereRef('f.row', '=', 'e.row'))),
    )
    // Last: of a large event, its time lies on another page.
    .where('e.created_at', '<', before)
    .orderBy('e.row')
    .limit(sql.lit(MOST_REMOVED));
  const removed = await db.deleteFrom('events').where('row', 'in', unused).returning('row').execute();
  const isAll = removed.length < MOST_REMOVED;
  return { removed: removed.length, next: isAll ? last : Math.max(...removed.map(({ row }) => row)) };
}

function newest(db: Kysely<Tables>, table: 'notifications' | 'events') {
  return db
    .selectFrom(table)
    .select(({ fn }) => fn.max('row').as('newest'))
    .$asScalar()
    .$notNull();
}

function ofNewestAttempt(db: Kysely<Tables>) {
  return db.selectFrom('attempts').select('notification_row').orderBy('row', 'desc').limit(sql.lit(1));
}

async function removeSubscriptions(db: Kysely<Tables>, before: number): Promise<number> {
  const ended = await db
    .selectFrom('subscriptions')
    .select('id')
    .where('deactivated_at', '<', before)
    .limit(sql.lit(MOST_REMOVED))
    .execute();
  if (ended.length === 0) return 0;
  const ids = ended.map(({ id }) => id);
  await db.deleteFrom('attached_events').where('subscription_id', 'in', ids).execute();
  return removedOf(await db.deleteFrom('subscriptions').where('id', 'in', ids).executeTakeFirstOrThrow());
}

/** Of periods that ended, who it was is forgotten: what insights count stays. */
async function forgetEnded(db: Kysely<Tables>, before: number): Promise<number> {
  const ended = db
    .selectFrom('subscription_periods')
    .select('row')
    .where('ended_at', '<', before)
    .where('details', '!=', NOBODY)
    .limit(sql.lit(MOST_REMOVED));
  const { numUpdatedRows } = await db
    .updateTable('subscription_periods')
    .set((of) => ({ subscriber: of.ref('subscription_id'), details: '{}' }))
    .where('row', 'in', ended)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** What triggered events told, when nothing was told of it for as long. */
async function removeTests(db: Kysely<Tables>, before: number): Promise<number> {
  const old = db
    .selectFrom('subscription_periods')
    .select('row')
    .where('is_test', '=', sql.lit(1))
    .where('told_at', '<', before)
    .where((of) => of.or([of('ended_at', 'is', null), of('ended_at', '<', before)]))
    .limit(sql.lit(MOST_REMOVED));
  return removedOf(await db.deleteFrom('subscription_periods').where('row', 'in', old).executeTakeFirstOrThrow());
}

/** Personal events that nobody has any more. */
async function removeUnattached(db: Kysely<Tables>): Promise<number> {
  const unattached = db
    .selectFrom('subscription_events as e')
    .select('e.row')
    .where((of) =>
      of.not(of.exists(of.selectFrom('attached_events as a').select('a.row').whereRef('a.event_row', '=', 'e.row'))),
    )
    .limit(sql.lit(MOST_REMOVED));
  return removedOf(await db.deleteFrom('subscription_events').where('row', 'in', unattached).executeTakeFirstOrThrow());
}

/** The details of a period of nobody any more: it is the condition of the index that finds the others. */
const NOBODY = sql.lit('{}');

/** Before the webhooks, which they point at. */
async function removeListeners(db: Kysely<Tables>, before: number): Promise<number> {
  const old = db.selectFrom('listeners').select('row').where('removed_at', '<', before).limit(sql.lit(MOST_REMOVED));
  return removedOf(await db.deleteFrom('listeners').where('row', 'in', old).executeTakeFirstOrThrow());
}

async function removeWebhooks(db: Kysely<Tables>, before: number): Promise<number> {
  const unused = db
    .selectFrom('webhooks as w')
    .select('w.row')
    .where('w.removed_at', '<', before)
    .where((of) =>
      of.not(of.exists(of.selectFrom('notifications as n').select('n.row').whereRef('n.webhook_row', '=', 'w.row'))),
    )
    .where((of) =>
      of.not(of.exists(of.selectFrom('listeners as l').select('l.row').whereRef('l.webhook_id', '=', 'w.id'))),
    )
    .limit(sql.lit(MOST_REMOVED));
  return removedOf(await db.deleteFrom('webhooks').where('row', 'in', unused).executeTakeFirstOrThrow());
}

function removedOf({ numDeletedRows }: DeleteResult): number {
  return Number(numDeletedRows);
}
