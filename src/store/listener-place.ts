import { sql, type Kysely } from 'kysely';
import type { EventType } from '../model/event-types.js';
import { MOST_NOTIFICATIONS } from './accept-store.js';
import { notify, receiversIn } from './accept-sqlite.js';
import type { ListenerPlace, PlaceOutcome, PlaceStart } from './listener-store.js';
import { giveUpPending } from './pending-sqlite.js';
import type { Statements } from './statements.js';
import type { Tables } from './tables.js';
import { eventRowBefore } from './time-bounds.js';

/**
 * Takes a listener to another place of the history: what is pending for it is given up, and what it wants of everything
 * since the start is sent again. What speaks against it is found before anything is written.
 */
export async function placeListener(
  db: Kysely<Tables>,
  statements: Statements,
  { accountId, webhookId, start, now }: ListenerPlace,
): Promise<PlaceOutcome> {
  const webhook = statements.row<WebhookRow>(WEBHOOK, accountId, webhookId);
  const from = await firstEvent(db, accountId, start);
  if (!webhook || !from) return { kind: 'unknown-start' };

  const { row, event_types: eventTypes } = webhook;
  const everyType = (JSON.parse(eventTypes) as EventType[]).length === 0 ? 1 : 0;
  const events = statements.rows<EventRow>(
    WANTED,
    ...[accountId, from.row, from.since],
    ...[row, everyType, eventTypes, MOST_NOTIFICATIONS + 1],
  );
  if (events.length > MOST_NOTIFICATIONS) return { kind: 'too-many' };

  const skipped = giveUpPending(statements, row, 'skipped', now);
  const receivers = receiversIn(statements, accountId)('', [webhookId]);
  for (const { row: eventRow, subscription_id: subscriptionId } of events) {
    notify(statements, { row: eventRow, accountId, subscriptionId }, receivers, now);
  }

  return { kind: 'placed', skipped, replayed: events.length };
}

/** From which row on events are looked at, and from which time; undefined for a notification that is not there. */
async function firstEvent(
  db: Kysely<Tables>,
  accountId: string,
  start: PlaceStart,
): Promise<{ readonly row: number; readonly since: number } | undefined> {
  switch (start.kind) {
    case 'now':
      return { row: Number.MAX_SAFE_INTEGER, since: 0 };
    case 'time': {
      const { rows } = await sql<{ row: number }>`SELECT ${eventRowBefore(start.since)} AS row`.execute(db);
      return { row: (rows[0]?.row ?? 0) + 1, since: start.since };
    }

    case 'notification': {
      const notification = await db
        .selectFrom('notifications')
        .select('event_row')
        .where('account_id', '=', accountId)
        .where('id', '=', start.id)
        .executeTakeFirst();
      return notification && { row: notification.event_row, since: 0 };
    }
  }
}

const WEBHOOK = 'SELECT row, event_types FROM webhooks WHERE removed_at IS NULL AND account_id = ? AND id = ?';

interface WebhookRow {
  readonly row: number;
  readonly event_types: string;
}

/**
 * What was meant for some webhooks by name, or came in at an inbox, is the listener's when it was sent to it; of all else
 * it gets what it wants.
 */
const WANTED = `
  SELECT e.row, e.subscription_id FROM events e INDEXED BY events_list
  WHERE e.account_id = ? AND e.row >= ? AND e.created_at >= ? AND CASE
    WHEN e.directed = 1 OR e.source = 'inbox'
    THEN EXISTS (SELECT 1 FROM notifications n WHERE n.event_row = e.row AND n.webhook_row = ?)
    ELSE ? = 1 OR e.type IN (SELECT value FROM json_each(?))
  END
  ORDER BY e.row LIMIT ? + 0`;

interface EventRow {
  readonly row: number;
  readonly subscription_id: string | null;
}
