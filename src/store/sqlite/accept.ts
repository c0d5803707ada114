import type { NewNotification } from '../../model/notification.js';
import { isChanging } from '../../model/subscription-change.js';
import { wantsType } from '../../model/webhook.js';
import { newTimeId } from '../../util/ids.js';
import { MOST_NOTIFICATIONS, type AcceptCall, type AcceptOutcome, type KeyedCall } from '../accept-store.js';
import type { KeptEvent } from '../notification-writes.js';
import { toReceiver, type Receiver, type ReceiverRow } from '../receiver.js';
import type { NewEvent } from '../records.js';
import type { Statements } from './statements.js';

/**
 * Keeps the events of a call, the notifications they cause and its idempotency key. What speaks against it is found before
 * anything is written, so that a call which is refused leaves nothing to take back.
 */
export function acceptEvents(statements: Statements, { accountId, key, events }: AcceptCall): AcceptOutcome {
  const before = key && keyedCall(statements, accountId, key.key);
  if (before) return { kind: 'made-before', ...before };

  const ids = new Set<string>();
  for (const [index, { event, isNewId }] of events.entries()) {
    if (ids.has(event.id) || (!isNewId && isKept(statements, event))) return { kind: 'event-exists', index };
    ids.add(event.id);
  }

  const receivers = receiversIn(statements, accountId);
  const told = events.map(({ event, to }) => receivers(event.type, to));
  const count = told.reduce((sum, { length }) => sum + length, 0);
  if (events.length > 1 && count > MOST_NOTIFICATIONS) return { kind: 'too-many', notifications: count };

  let firstRow = 0;
  const notifications = events.map(({ event, to }, index) => {
    const row = insertEvent(statements, event, { isDirected: to !== undefined });
    firstRow ||= row;
    return notify(statements, { ...event, row }, told[index] ?? [], event.createdAt);
  });
  if (key) {
    const eventIds = events.length === 1 ? null : JSON.stringify([...ids]);
    statements.run(KEEP_KEYED_CALL, accountId, key.key, key.requestHash, firstRow, eventIds);
  }

  return { kind: 'accepted', notifications };
}

/** The call that an account made under an idempotency key. */
export function keyedCall(statements: Statements, accountId: string, key: string): KeyedCall | undefined {
  const row = statements.row<KeyedCallRow>(KEYED_CALL, accountId, key);
  if (!row) return undefined;
  const { request_hash: requestHash, event_ids: eventIds, id } = row;
  return { requestHash, eventIds: eventIds === null ? [id] : (JSON.parse(eventIds) as string[]) };
}

interface KeyedCallRow {
  readonly request_hash: string;
  readonly event_ids: string | null;
  /** The id of the first event. */
  readonly id: string;
}

/** Whether a webhook is on; undefined when there is none. */
export function isWebhookOn(statements: Statements, accountId: string, id: string): boolean | undefined {
  const row = statements.row<{ readonly enabled: number }>(IS_ON, accountId, id);
  return row && row.enabled === 1;
}

function isKept(statements: Statements, { accountId, id }: NewEvent): boolean {
  return statements.row('SELECT 1 FROM events WHERE account_id = ? AND id = ?', accountId, id) !== undefined;
}

/**
 * Keeps an event, and gives its row.
 *
 * @param isDirected true when it is for some webhooks by name, and not for all that want its type
 */
export function insertEvent(
  statements: Statements,
  event: NewEvent,
  { isDirected }: { readonly isDirected: boolean },
): number {
  const { row } = statements.run(
    INSERT_EVENT,
    event.id,
    event.accountId,
    event.type,
    event.source,
    event.isTest ? 1 : 0,
    event.subscriptionId,
    event.calendarCode,
    event.body,
    event.request && JSON.stringify(event.request),
    event.createdAt,
    isDirected ? 1 : 0,
  );
  if (isChanging(event.type)) statements.run(TO_FOLD, row);
  return row;
}

/** Finds who is to be told of events of one account, which is read once. */
export function receiversIn(statements: Statements, accountId: string) {
  let enabled: readonly Receiver[] | undefined;
  const named = new Map<string, readonly Receiver[]>();
  const byId = (id: string) => {
    const known = named.get(id) ?? statements.rows<ReceiverRow>(NAMED, accountId, id).map(toReceiver);
    named.set(id, known);
    return known;
  };
  return (type: string, to: readonly string[] | undefined): readonly Receiver[] => {
    if (to) return to.flatMap(byId);
    enabled ??= statements.rows<ReceiverRow>(ENABLED, accountId).map(toReceiver);
    return enabled.filter((webhook) => wantsType(webhook, type));
  };
}

/**
 * Makes a pending notification of an event for each receiver. One whose subscription has an earlier one pending at the
 * same webhook waits behind it.
 */
export function notify(
  statements: Statements,
  { row, accountId, type, subscriptionId }: KeptEvent,
  receivers: readonly Receiver[],
  now: number,
): readonly NewNotification[] {
  return receivers.map((webhook) => {
    const id = newTimeId('ntf', now);
    const waits = subscriptionId !== null && statements.row(EARLIER, webhook.row, subscriptionId) !== undefined;
    const dueAt = waits ? null : now;
    const listenerType = webhook.listenerId === null ? null : type;
    statements.run(NOTIFY, id, accountId, row, webhook.row, subscriptionId, listenerType, dueAt, now);
    return { id, webhook, dueAt };
  });
}

const KEYED_CALL = `
  SELECT k.request_hash, k.event_ids, e.id FROM idempotency_keys k JOIN events e ON e.row = k.event_row
  WHERE k.account_id = ? AND k.key = ?`;

const KEEP_KEYED_CALL = `
  INSERT INTO idempotency_keys (account_id, key, request_hash, event_row, event_ids) VALUES (?, ?, ?, ?, ?)`;

const IS_ON = 'SELECT enabled FROM webhooks WHERE removed_at IS NULL AND account_id = ? AND id = ?';

const INSERT_EVENT = `
  INSERT INTO events (
    id, account_id, type, source, is_test, subscription_id, calendar_code, body, request, created_at, directed
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const TO_FOLD = 'INSERT INTO events_to_fold (row) VALUES (?)';

const RECEIVER = 'SELECT row, id, url, listener_id, event_types FROM webhooks WHERE removed_at IS NULL';
const NAMED = `${RECEIVER} AND account_id = ? AND id = ?`;
const ENABLED = `${RECEIVER} AND account_id = ? AND enabled = 1 ORDER BY row`;

/** SQLite would compile it anew for each run if `pending` were a parameter: it is the condition of the index. */
const EARLIER = `
  SELECT 1 FROM notifications WHERE webhook_row = ? AND order_key = ? AND status = 'pending' LIMIT 1`;

const NOTIFY = `
  INSERT INTO notifications (
    id, account_id, event_row, webhook_row, status, attempt_count, order_key, listener_type, due_at, created_at
  ) VALUES (?, ?, ?, ?, 'pending', 0, ?, ?, ?, ?)`;
