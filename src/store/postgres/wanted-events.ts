import type { EventType } from '../../model/event-types.js';
import { MOST_NOTIFICATIONS } from '../accept-store.js';
import type { ListenerWebhookRow, SearchStart, WantedEvent } from '../wanted-events.js';
import type { Statements } from './statements.js';

/*
 * What a listener wants of the history, on PostgreSQL: looked for in slices, since no index knows it. What came or was sent
 * to the listener after the search began is looked at with the write, and is little.
 */

/** So many events are looked at in one read, whether they are wanted or not. */
const MOST_LOOKED_AT = 1_000;

/** A search under way. */
export interface Search {
  readonly accountId: string;
  readonly webhook: ListenerWebhookRow;
  readonly from: SearchStart;
  /** The newest rows when it began. */
  readonly newestEvent: number;
  readonly newestNotification: number;
  /** The rows of what was wanted so far, and the last that was looked at. */
  readonly found: number[];
  after: number;
}

/**
 * Begins to look, in a transaction: whoever made a notification for the listener by now has committed it, since the webhook
 * is locked. What others make for it from here on has greater rows, as each takes its rows after the lock.
 *
 * @returns undefined when the webhook was removed
 */
export async function startSearch(
  unit: Statements,
  { accountId, webhookId, from }: Pick<Search, 'accountId' | 'from'> & { readonly webhookId: string },
): Promise<Search | undefined> {
  const webhook = await lockWebhook(unit, accountId, webhookId);
  const [newest] = await unit.rows<{ readonly event: number; readonly notification: number }>(NEWEST);
  if (!webhook || !newest) return undefined;
  const { event: newestEvent, notification: newestNotification } = newest;
  return { accountId, webhook, from, newestEvent, newestNotification, found: [], after: from.after };
}

/** Nobody makes anything for the webhook until the transaction ends. */
export async function lockWebhook(
  unit: Statements,
  accountId: string,
  webhookId: string,
): Promise<ListenerWebhookRow | undefined> {
  const [row] = await unit.rows<ListenerWebhookRow>(WEBHOOK, [accountId, webhookId]);
  return row;
}

/** Looks at the next slice. True at the end of what was there when the search began. */
export async function lookOn(statements: Statements, search: Search): Promise<boolean> {
  const { accountId, after, newestEvent } = search;
  const slice = await statements.rows<{ readonly row: number; readonly wanted: boolean }>(SLICE, [
    ...wantedBy(search),
    ...[accountId, after, newestEvent, MOST_LOOKED_AT],
  ]);
  for (const { row, wanted } of slice) if (wanted) search.found.push(row);
  search.after = slice.at(-1)?.row ?? after;
  return slice.length < MOST_LOOKED_AT;
}

/**
 * What is wanted now, once the history was gone through: what was found and is there still, and what came meanwhile. Of
 * too many, one more than are sent again.
 */
export function wantedNow(unit: Statements, search: Search): Promise<readonly WantedEvent[]> {
  const { accountId, from, newestEvent, newestNotification, found } = search;
  return unit.rows<WantedEvent>(WANTED_NOW, [
    ...wantedBy(search),
    ...[accountId, from.after, found, newestNotification, Math.max(newestEvent, from.after), MOST_NOTIFICATIONS + 1],
  ]);
}

/** The parameters of WANTED. */
function wantedBy({ webhook, from }: Search) {
  const types = JSON.parse(webhook.event_types) as EventType[];
  return [webhook.row, types.length === 0, types, from.sinceUpTo, from.since] as const;
}

const WEBHOOK = `
  SELECT row, event_types FROM webhooks WHERE removed_at IS NULL AND account_id = $1 AND id = $2 FOR UPDATE`;

const NEWEST = `
  SELECT (SELECT coalesce(max(row), 0) FROM events) AS event,
    (SELECT coalesce(max(row), 0) FROM notifications) AS notification`;

/**
 * What was meant for some webhooks by name, or came in at an inbox, is the listener's when it was sent to it; of all else
 * it gets what it wants.
 */
const WANTED = `(
  CASE
    WHEN e.source = 'inbox' OR e.directed = 1
    THEN EXISTS (SELECT 1 FROM notifications n WHERE n.event_row = e.row AND n.webhook_row = $1)
    ELSE $2::bool OR e.type = ANY ($3::text[])
  END AND (e.row > $4 OR e.created_at >= $5)
)`;

const SLICE = `
  SELECT e.row, ${WANTED} AS wanted FROM events e
  WHERE e.account_id = $6 AND e.row > $7 AND e.row <= $8 ORDER BY e.row LIMIT $9`;

const WANTED_NOW = `
  SELECT e.row, e.type, e.subscription_id FROM events e
  WHERE e.row IN (
    SELECT unnest($8::bigint[])
    UNION SELECT n.event_row FROM notifications n WHERE n.webhook_row = $1 AND n.row > $9
    UNION SELECT m.row FROM events m WHERE m.account_id = $6 AND m.row > $10
  ) AND e.account_id = $6 AND e.row > $7 AND ${WANTED}
  ORDER BY e.row LIMIT $11`;
