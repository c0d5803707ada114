import { sql, type Kysely } from 'kysely';
import type { ClockJump } from './delivery-store.js';
import type { Tables } from './tables.js';

/**
 * Moves what is due by as much as the date was moved. Whatever has a due time is pending; so this reads the index of that,
 * and not the history. The schedule of what was attempted before begins anew: its thirty minutes are known by dates only.
 */
export async function moveTimes(db: Kysely<Tables>, { before, now, by, longestWait }: ClockJump): Promise<void> {
  const due = db.updateTable('notifications').where('due_at', 'is not', null);
  if (by > 0) {
    // What was accepted since the date was set has the new date, and is not before it.
    await due
      .set({ due_at: sql`due_at + ${by}` })
      .where('due_at', '>', before)
      .where('due_at', '<', before + by)
      .execute();
    await due.set({ first_attempt_at: null }).where('first_attempt_at', '<=', before).execute();
    return;
  }

  await due
    .set({ due_at: sql`CASE WHEN due_at + ${by} > ${now + longestWait} THEN ${now} ELSE due_at + ${by} END` })
    .where('due_at', '>', now)
    .execute();
  await due.set({ first_attempt_at: null }).where('first_attempt_at', '>', now).execute();
}
