import { sql, type Kysely } from 'kysely';
import type { PlaceHolder, PlaceStart } from './listener-store.js';
import type { Tables } from './tables.js';
import { eventRowBefore, eventRowUpTo } from './time-bounds.js';
import type { SearchStart } from './wanted-events.js';

/** For a listener that nobody can be connected as. */
export const NOBODY: PlaceHolder = { isHeld: () => false, onPlaced: () => {} };

/** From where on events are looked at; undefined for a notification that is not there. */
export async function firstEvent(
  db: Kysely<Tables>,
  accountId: string,
  start: PlaceStart,
): Promise<SearchStart | undefined> {
  switch (start.kind) {
    case 'now':
      return { after: Number.MAX_SAFE_INTEGER, since: 0, sinceUpTo: 0 };
    case 'time': {
      const { since } = start;
      const bounds = sql<SearchStart>`SELECT ${eventRowBefore(since)} AS "after", ${eventRowUpTo(since)} AS "sinceUpTo"`;
      const { rows } = await bounds.execute(db);
      return { after: rows[0]?.after ?? 0, since, sinceUpTo: rows[0]?.sinceUpTo ?? 0 };
    }

    case 'notification': {
      const notification = await db
        .selectFrom('notifications')
        .select('event_row')
        .where('account_id', '=', accountId)
        .where('id', '=', start.id)
        .executeTakeFirst();
      return notification && { after: notification.event_row - 1, since: 0, sinceUpTo: 0 };
    }
  }
}
