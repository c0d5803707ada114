import { sql, type Kysely } from 'kysely';
import { reachable, webhooksWithWork } from './claim-sqlite.js';
import type { OldestDue, OldestDueRequest } from './store.js';
import type { Tables } from './tables.js';

/**
 * How long what is due has been due, on SQLite. Like the claim it looks at the webhooks that have something due, and at
 * the first row of each, so it costs the same however much waits.
 */
export async function oldestDueSqlite(
  db: Kysely<Tables>,
  { now, share, reachableListeners }: OldestDueRequest,
): Promise<OldestDue> {
  const { rows } = await sql<{ oldest: number | null; oldest_unserved: number | null }>`
    WITH RECURSIVE ${webhooksWithWork},
    first(due_at, in_flight) AS (
      SELECT (
        SELECT min(m.due_at) FROM notifications m INDEXED BY notifications_due
        WHERE m.webhook_row = w.row AND m.claim IS NULL AND m.due_at IS NOT NULL
      ), (SELECT count(*) FROM notifications c WHERE c.webhook_row = w.row AND c.claim IS NOT NULL)
      FROM working CROSS JOIN webhooks w ON w.row = working.webhook_row
      WHERE ${reachable(reachableListeners)}
    )
    SELECT min(due_at) AS oldest, min(CASE WHEN in_flight < ${share} THEN due_at END) AS oldest_unserved
    FROM first WHERE due_at <= ${now}
  `.execute(db);
  return { dueAt: rows[0]?.oldest ?? null, unservedDueAt: rows[0]?.oldest_unserved ?? null };
}
