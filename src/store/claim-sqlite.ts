import { sql, type Kysely } from 'kysely';
import type { InboxRequest } from '../model/request.js';
import type { ClaimRequest, ClaimResult, ClaimedNotification } from './store.js';
import type { Tables } from './tables.js';
import { toSecrets } from './webhooks.js';

/**
 * Takes what is due, on SQLite: one process owns the database, so nobody can come in between.
 *
 * The cost follows the webhooks that have something due, not what waits behind them: a hung webhook with thousands of
 * waiting notifications is looked at once, and at most `perWebhook` of its rows. CROSS JOIN is SQLite's way to say in
 * which order tables are read: from the few rows that were taken, never from a whole table.
 */
export async function claimSqlite(db: Kysely<Tables>, request: ClaimRequest): Promise<ClaimResult> {
  const rows = await dueRows(db, request);
  const claimed: ClaimedNotification[] = [];
  for (const row of rows) {
    await db
      .updateTable('notifications')
      .set({ claim: request.claim, claimed_until: request.until })
      .where('row', '=', row.row)
      .execute();
    claimed.push(toClaimed(row));
  }

  return { claimed, nextDueAt: await nextDueAt(db, request) };
}

async function dueRows(
  db: Kysely<Tables>,
  { now, limit, perWebhook, reachableListeners }: ClaimRequest,
): Promise<readonly DueRow[]> {
  const { rows } = await sql<DueRow>`
    WITH RECURSIVE ${webhooksWithWork},
    room(webhook_row, is_listener, in_flight) AS MATERIALIZED (
      SELECT w.row, w.listener_id IS NOT NULL, (SELECT count(*) FROM notifications c WHERE c.webhook_row = w.row AND c.claim IS NOT NULL)
      FROM working CROSS JOIN webhooks w ON w.row = working.webhook_row
      WHERE ${reachable(reachableListeners)}
    ),
    candidate AS (
      SELECT n.row, n.due_at, is_listener, ROW_NUMBER() OVER (PARTITION BY n.webhook_row ORDER BY n.due_at, n.row) + in_flight AS place
      FROM room
      CROSS JOIN notifications n ON n.row IN (
        SELECT m.row FROM notifications m INDEXED BY notifications_due
        WHERE m.webhook_row = room.webhook_row AND m.claim IS NULL AND m.due_at IS NOT NULL AND m.due_at <= ${now}
        ORDER BY m.due_at, m.row LIMIT ${atMost(perWebhook)}
      )
      WHERE in_flight < ${perWebhook}
    ),
    -- The first of each webhook goes before the second of any, so that what waits in a long line takes no short one's turn.
    turn AS (
      SELECT row, due_at, is_listener, ROW_NUMBER() OVER (PARTITION BY is_listener ORDER BY place, due_at, row) AS number
      FROM candidate WHERE place <= ${perWebhook}
    )
    SELECT n.row, n.id, n.attempt_count, n.first_attempt_at, n.created_at, ${attemptsOfSchedule} AS schedule_attempts,
      w.id AS webhook_id, w.account_id, w.url, w.headers, w.secret, w.old_secret, w.old_secret_until, w.listener_id,
      e.id AS event_id, e.type, e.is_test, e.body, e.request
    FROM turn
    CROSS JOIN notifications n ON n.row = turn.row
    CROSS JOIN webhooks w ON w.row = n.webhook_row
    CROSS JOIN events e ON e.row = n.event_row
    WHERE turn.is_listener OR turn.number <= ${limit}
    ORDER BY turn.due_at, turn.row
  `.execute(db);
  return rows;
}

async function nextDueAt(db: Kysely<Tables>, { now, reachableListeners }: ClaimRequest): Promise<number | null> {
  const { rows } = await sql<{ next: number | null }>`
    WITH RECURSIVE ${webhooksWithWork}
    SELECT min((
      SELECT min(m.due_at) FROM notifications m INDEXED BY notifications_due
      WHERE m.webhook_row = working.webhook_row AND m.claim IS NULL AND m.due_at > ${now}
    )) AS next
    FROM working
    JOIN webhooks w ON w.row = working.webhook_row
    WHERE ${reachable(reachableListeners)}
  `.execute(db);
  return rows[0]?.next ?? null;
}

/** A parameter of LIMIT alone would have the statement compiled anew each time it is run; see `literals.ts`. */
function atMost(count: number) {
  return sql`${count} + 0`;
}

/**
 * How many attempts the schedule has made that is under way: a retry by hand begins a new one. By number and not by time,
 * since a clock can be set back.
 */
const attemptsOfSchedule = sql`
  CASE WHEN n.first_attempt_at IS NULL THEN 0 ELSE n.attempt_count + 1 - (
    SELECT max(a.number) FROM attempts a WHERE a.notification_row = n.row AND a.started_at = n.first_attempt_at
  ) END`;

/** The webhooks that have something in the due index, found by hopping from one to the next rather than reading it. */
export const webhooksWithWork = sql`
  working(webhook_row) AS (
    SELECT min(webhook_row) FROM notifications INDEXED BY notifications_due WHERE due_at IS NOT NULL AND claim IS NULL
    UNION ALL
    SELECT (
      SELECT min(m.webhook_row) FROM notifications m INDEXED BY notifications_due
      WHERE m.due_at IS NOT NULL AND m.claim IS NULL AND m.webhook_row > working.webhook_row
    )
    FROM working WHERE working.webhook_row IS NOT NULL
  )`;

/** The listeners travel as one JSON text, so that the statement is the same however many are connected. */
export function reachable(listeners: readonly string[]) {
  return sql`w.enabled = 1 AND (w.listener_id IS NULL OR w.listener_id IN (SELECT value FROM json_each(${JSON.stringify(listeners)})))`;
}

interface DueRow {
  readonly row: number;
  readonly id: string;
  readonly attempt_count: number;
  readonly first_attempt_at: number | null;
  readonly created_at: number;
  readonly schedule_attempts: number;
  readonly webhook_id: string;
  readonly account_id: string;
  readonly url: string;
  readonly headers: string;
  readonly secret: string;
  readonly old_secret: string | null;
  readonly old_secret_until: number | null;
  readonly listener_id: string | null;
  readonly event_id: string;
  readonly type: string;
  readonly is_test: number;
  readonly body: Uint8Array;
  readonly request: string | null;
}

function toClaimed(row: DueRow): ClaimedNotification {
  return {
    id: row.id,
    attempt: row.attempt_count + 1,
    scheduleAttempt: row.schedule_attempts + 1,
    firstAttemptAt: row.first_attempt_at,
    createdAt: row.created_at,
    webhook: {
      id: row.webhook_id,
      accountId: row.account_id,
      url: row.url,
      headers: JSON.parse(row.headers) as Record<string, string>,
      ...toSecrets(row),
      listenerId: row.listener_id,
    },
    event: {
      id: row.event_id,
      type: row.type,
      isTest: row.is_test === 1,
      body: Buffer.from(row.body.buffer, row.body.byteOffset, row.body.byteLength),
      request: row.request === null ? null : (JSON.parse(row.request) as InboxRequest),
    },
  };
}
