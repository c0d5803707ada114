import type { Kysely } from 'kysely';
import { ONE, PENDING } from './literals.js';
import type { Tables } from './tables.js';

/*
 * To one webhook, the notifications of one order key go one after another. Of its pending ones exactly one has a due
 * time: the one in flight, else the oldest. The others wait behind it with `due_at` null, and whoever ends the turn of
 * that one hands it on. Who makes an older one pending again (a retry by hand) calls `restoreOrder`.
 */

/** Where a notification stands: one order key at one webhook. */
export interface Place {
  readonly row: number;
  readonly webhook_row: number;
  readonly order_key: string;
}

/**
 * Hands the turn of `last`, which is no longer in flight, to the oldest that is pending. That is `last` itself while it
 * goes on being retried, unless an older one was sent again by hand meanwhile: then `last` waits behind that one.
 *
 * @param dueAt when the oldest is due, if it waited
 */
export async function releaseNext(db: Kysely<Tables>, last: Place, dueAt: number): Promise<void> {
  const oldest = await oldestPending(db, last);
  if (!oldest || oldest.row === last.row) return;
  if (oldest.due_at === null) {
    await db.updateTable('notifications').set({ due_at: dueAt }).where('row', '=', oldest.row).execute();
  }

  await db
    .updateTable('notifications')
    .set(WAITING)
    .where('row', '=', last.row)
    .where('status', '=', PENDING)
    .execute();
}

/** Settles who has the turn after some of the pending were made due: the one in flight, else the oldest, and nobody else. */
export async function restoreOrder(db: Kysely<Tables>, place: Omit<Place, 'row'>, now: number): Promise<void> {
  const due = await pendingAt(db, place).where('due_at', 'is not', null).execute();
  const inTurn = due.find(({ claim }) => claim !== null) ?? (await oldestPending(db, place));
  if (inTurn?.due_at === null) {
    await db.updateTable('notifications').set({ due_at: now }).where('row', '=', inTurn.row).execute();
  }

  for (const { row } of due) {
    if (row !== inTurn?.row) await db.updateTable('notifications').set(WAITING).where('row', '=', row).execute();
  }
}

/** The time of its schedule does not pass while it waits: what it waits for may take all of the thirty minutes. */
const WAITING = { due_at: null, first_attempt_at: null } as const;

function oldestPending(db: Kysely<Tables>, place: Omit<Place, 'row'>) {
  return pendingAt(db, place).orderBy('row').limit(ONE).executeTakeFirst();
}

function pendingAt(db: Kysely<Tables>, { webhook_row: webhookRow, order_key: orderKey }: Omit<Place, 'row'>) {
  return db
    .selectFrom('notifications')
    .select(['row', 'due_at', 'claim'])
    .where('webhook_row', '=', webhookRow)
    .where('order_key', '=', orderKey)
    .where('status', '=', PENDING);
}
