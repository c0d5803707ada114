import type { EventType } from '../../model/event-types.js';
import { MOST_NOTIFICATIONS } from '../accept-store.js';
import type { ListenerWebhookRow, SearchStart, WantedEvent } from '../wanted-events.js';
import type { Statements } from './statements.js';

/*
 * What a listener wants of the history, on SQLite: looked for in slices, since no index knows it. What came or was sent
 * to the listener after a slice was read is looked at with the write, and is little.
 */

/** So many events are looked at in one read, whether they are wanted or not: others wait no longer than that. */
const MOST_LOOKED_AT = 1_000;

/** A search under way. */
export interface Search {
  readonly accountId: string;
  readonly webhook: ListenerWebhookRow;
  readonly from: SearchStart;
  /** The newest notification when it began: what is sent to the listener later may be of an event that was looked at. */
  readonly newestNotification: number;
  /** The rows of what was wanted so far, and the last that was looked at. */
  readonly found: number[];
  after: number;
}

/** Begins to look; undefined when the webhook was removed. */
export function startSearch(
  statements: Statements,
  { accountId, webhookId, from }: Pick<Search, 'accountId' | 'from'> & { readonly webhookId: string },
): Search | undefined {
  const webhook = webhookOf(statements, accountId, webhookId);
  const newestNotification = statements.row<{ readonly row: number }>(NEWEST_NOTIFICATION)?.row ?? 0;
  return webhook && { accountId, webhook, from, newestNotification, found: [], after: from.after };
}

export function webhookOf(
  statements: Statements,
  accountId: string,
  webhookId: string,
): ListenerWebhookRow | undefined {
  return statements.row(WEBHOOK, accountId, webhookId);
}

/** Looks at the next slice. True at the end of the history. */
export function lookOn(statements: Statements, search: Search): boolean {
  const slice = statements.rows<{ readonly row: number; readonly wanted: number }>(
    SLICE,
    ...[...wantedBy(search), search.accountId, search.after, MOST_LOOKED_AT],
  );
  for (const { row, wanted } of slice) if (wanted === 1) search.found.push(row);
  search.after = slice.at(-1)?.row ?? search.after;
  return slice.length < MOST_LOOKED_AT;
}

/**
 * What is wanted now, once the history was gone through: what was found and is there still, and what came meanwhile. Of
 * too many, one more than are sent again.
 */
export function wantedNow(statements: Statements, search: Search): readonly WantedEvent[] {
  const { accountId, webhook, from, newestNotification, found, after } = search;
  return statements.rows<WantedEvent>(
    WANTED_NOW,
    ...[JSON.stringify(found), webhook.row, newestNotification, accountId, after],
    ...[accountId, from.after, ...wantedBy(search), MOST_NOTIFICATIONS + 1],
  );
}

/** The parameters of WANTED. */
function wantedBy({ webhook, from }: Search) {
  const everyType = (JSON.parse(webhook.event_types) as EventType[]).length === 0 ? 1 : 0;
  return [webhook.row, everyType, webhook.event_types, from.sinceUpTo, from.since];
}

const WEBHOOK = 'SELECT row, event_types FROM webhooks WHERE removed_at IS NULL AND account_id = ? AND id = ?';

const NEWEST_NOTIFICATION = 'SELECT row FROM notifications ORDER BY row DESC LIMIT 1';

/**
 * What was meant for some webhooks by name, or came in at an inbox, is the listener's when it was sent to it; of all else
 * it gets what it wants.
 */
const WANTED = `
  CASE
    WHEN e.source = 'inbox' OR e.directed = 1
    THEN EXISTS (SELECT 1 FROM notifications n WHERE n.event_row = e.row AND n.webhook_row = ?)
    ELSE ? = 1 OR e.type IN (SELECT value FROM json_each(?))
  END AND (e.row > ? OR e.created_at >= ?)`;

const SLICE = `
  SELECT e.row, ${WANTED} AS wanted FROM events e INDEXED BY events_list
  WHERE e.account_id = ? AND e.row > ? ORDER BY e.row LIMIT ? + 0`;

/** By their rows, which are the key: no index is of use. */
const WANTED_NOW = `
  SELECT e.row, e.type, e.subscription_id FROM events e NOT INDEXED
  WHERE e.row IN (
    SELECT value FROM json_each(?)
    UNION SELECT n.event_row FROM notifications n INDEXED BY notifications_webhook WHERE n.webhook_row = ? AND n.row > ?
    UNION SELECT m.row FROM events m INDEXED BY events_list WHERE m.account_id = ? AND m.row > ?
  ) AND e.account_id = ? AND e.row > ? AND ${WANTED}
  ORDER BY e.row LIMIT ? + 0`;
