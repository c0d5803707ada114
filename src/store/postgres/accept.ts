import type { NewNotification } from '../../model/notification.js';
import { CHANGING_TYPES } from '../../model/subscription-change.js';
import { newTimeId } from '../../util/ids.js';
import { MOST_NOTIFICATIONS, type AcceptCall, type AcceptOutcome } from '../accept-store.js';
import type { KeptEvent } from '../notification-writes.js';
import type { Receiver } from '../receiver.js';
import type { NewEvent } from '../records.js';
import { NEXT_BATCH } from './batches.js';
import { byteaArray } from './bytea-array.js';
import { StartOver } from './failures.js';
import { keepKeys, keyedCalls } from './keyed-calls.js';
import { indexedLine } from './lookups.js';
import { lockTurns, lineOf } from './order.js';
import { receiversOf } from './receivers.js';
import { columns, type Statements } from './statements.js';

/** Calls that came together, kept in one transaction: for each its outcome, or that it has to wait for the next one. */
export type Accepted = AcceptOutcome | typeof NEXT_BATCH;

/**
 * Keeps the events of several calls, the notifications they cause and their idempotency keys. Each call is kept or not by
 * itself: what speaks against it is found before anything is written.
 *
 * @throws {StartOver} when another process kept one of the same ids, keys or lines in the same moment
 */
export async function acceptCalls(statements: Statements, calls: readonly AcceptCall[]): Promise<readonly Accepted[]> {
  const [madeBefore, areKept, receivers] = await Promise.all([
    keyedCalls(statements, calls),
    keptEvents(statements, calls),
    receiversOf(statements, calls),
  ]);
  const seen = new Set<string>();
  const outcomes: Accepted[] = [];
  const kept: KeptCall[] = [];
  for (const call of calls) {
    const { accountId, key, events } = call;
    // Another call of this batch has the same key or the same event: what becomes of that one has to be known first.
    const names = events.map(({ event }) => `event ${accountId} ${event.id}`);
    if (key) names.push(`key ${accountId} ${key.key}`);
    const isBehind = names.some((name) => seen.has(name));
    for (const name of names) seen.add(name);
    if (isBehind && new Set(names).size === names.length) {
      outcomes.push(NEXT_BATCH);
      continue;
    }

    const before = key && madeBefore.get(`${accountId} ${key.key}`);
    const ids = new Set<string>();
    const twice = events.findIndex(({ event: { id }, isNewId }) => {
      const isTwice = ids.has(id) || (!isNewId && areKept.has(`${accountId} ${id}`));
      ids.add(id);
      return isTwice;
    });
    const told = events.map(({ event, to }) => receivers(accountId, event.type, to));
    const notifications = told.reduce((sum, { length }) => sum + length, 0);
    if (before) outcomes.push({ kind: 'made-before', ...before });
    else if (twice !== -1) outcomes.push({ kind: 'event-exists', index: twice });
    else if (events.length > 1 && notifications > MOST_NOTIFICATIONS)
      outcomes.push({ kind: 'too-many', notifications });
    else {
      kept.push({ call, told, place: outcomes.length });
      outcomes.push(NEXT_BATCH);
    }
  }

  const made = await keep(statements, kept);
  for (const [index, { place }] of kept.entries()) {
    outcomes[place] = { kind: 'accepted', notifications: made[index] ?? [] };
  }

  return outcomes;
}

interface KeptCall {
  readonly call: AcceptCall;
  /** Who is told of each event. */
  readonly told: readonly (readonly Receiver[])[];
  /** Which of the calls it is. */
  readonly place: number;
}

async function keep(statements: Statements, kept: readonly KeptCall[]): Promise<NewNotification[][][]> {
  const events = kept.flatMap(({ call, told }) =>
    call.events.map(({ event, to }, index) => ({ event, isDirected: to !== undefined, told: told[index] ?? [] })),
  );
  if (events.length === 0) return [];
  const [rows, turns] = await Promise.all([
    insertEvents(statements, events),
    // Whoever has the turn is not finished before this is committed: then it hands the turn to those that wait.
    lockTurns(
      statements,
      events.flatMap(({ event, told }) => linesOf(event, told)),
    ),
  ]);
  const [notifications] = await Promise.all([
    insertNotifications(
      statements,
      events.map(({ event, told }) => ({
        event: { ...event, row: rows.get(`${event.accountId} ${event.id}`) ?? 0 },
        receivers: told,
        now: event.createdAt,
      })),
      turns,
    ),
    keepKeys(
      statements,
      kept.map(({ call }) => call),
      rows,
    ),
  ]);
  const made = notifications.values();
  return kept.map(({ call }) => call.events.map(() => [...(made.next().value ?? [])]));
}

/** @returns the rows of the events, by account and id */
async function insertEvents(
  statements: Statements,
  events: readonly { readonly event: NewEvent; readonly isDirected: boolean }[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await statements.rows<{ readonly row: number; readonly name: string }>(INSERT_EVENTS, [
    ...columns(
      events,
      ({ event }) => event.id,
      ({ event }) => event.accountId,
      ({ event }) => event.type,
      ({ event }) => event.source,
      ({ event }) => (event.isTest ? 1 : 0),
      ({ event }) => event.subscriptionId,
      ({ event }) => event.calendarCode,
      ({ event }) => event.request && JSON.stringify(event.request),
      ({ event }) => event.createdAt,
      ({ isDirected }) => (isDirected ? 1 : 0),
    ),
    byteaArray(events.map(({ event }) => event.body)),
  ]);
  if (rows.length < events.length) throw new StartOver('an event of the same id was kept meanwhile');
  return new Map(rows.map(({ row, name }) => [name, row]));
}

/** Keeps one event, and gives its row. */
export async function insertEvent(
  statements: Statements,
  event: NewEvent,
  { isDirected }: { readonly isDirected: boolean },
): Promise<number> {
  const rows = await insertEvents(statements, [{ event, isDirected }]);
  return rows.get(`${event.accountId} ${event.id}`) ?? 0;
}

/** An event, and who is to be told of it. */
export interface Told {
  readonly event: KeptEvent;
  readonly receivers: readonly Receiver[];
  readonly now: number;
}

/** Makes pending notifications of events that are kept already. */
export async function notify(
  statements: Statements,
  told: readonly Told[],
): Promise<readonly (readonly NewNotification[])[]> {
  // Whoever removes what is old does not remove these; what is gone already is told to nobody.
  const rows = await statements.rows<{ readonly row: number }>(KEEP_EVENTS, [told.map(({ event }) => event.row)]);
  const there = new Set(rows.map(({ row }) => row));
  const kept = told.map((one) => (there.has(one.event.row) ? one : { ...one, receivers: [] }));
  const turns = await lockTurns(
    statements,
    kept.flatMap(({ event, receivers }) => linesOf(event, receivers)),
  );
  return insertNotifications(statements, kept, turns);
}

function linesOf({ subscriptionId }: Pick<KeptEvent, 'subscriptionId'>, receivers: readonly Receiver[]) {
  if (subscriptionId === null) return [];
  return receivers.map(({ row }) => ({ webhook_row: row, order_key: subscriptionId }));
}

/**
 * Makes a pending notification of each event for each receiver. One whose subscription has an earlier one pending at the
 * same webhook waits behind it.
 *
 * @param turns the lines in which somebody has the turn, who is locked
 * @throws {StartOver} when another process gave somebody the turn meanwhile
 */
async function insertNotifications(
  statements: Statements,
  told: readonly Told[],
  turns: ReadonlySet<string>,
): Promise<readonly (readonly NewNotification[])[]> {
  const all = told.map(({ event, receivers, now }) =>
    receivers.map((webhook) => ({ id: newTimeId('ntf', now), event, webhook, now })),
  );
  const flat = all.flat();
  if (flat.length === 0) return all.map(() => []);
  const taken = new Set(turns);
  const made = flat.map((notification) => {
    const { event, webhook, now } = notification;
    if (event.subscriptionId === null) return { ...notification, dueAt: now };
    const line = lineOf({ webhook_row: webhook.row, order_key: event.subscriptionId });
    const dueAt = taken.has(line) ? null : now;
    taken.add(line);
    return { ...notification, dueAt };
  });
  const rows = await statements.rows(
    INSERT_NOTIFICATIONS,
    columns(
      made,
      ({ id }) => id,
      ({ event }) => event.accountId,
      ({ event }) => event.row,
      ({ webhook }) => webhook.row,
      ({ event }) => event.subscriptionId,
      ({ webhook, event }) => (webhook.listenerId === null ? null : event.type),
      ({ dueAt }) => dueAt,
      ({ now }) => now,
    ),
  );
  if (rows.length < made.length) throw new StartOver('another notification took the turn of its subscription');
  const next = made.values();
  return all.map((each) => each.map(({ id, webhook }) => ({ id, webhook, dueAt: next.next().value?.dueAt ?? null })));
}

/** Those of the events that are kept already, by account and id. */
async function keptEvents(statements: Statements, calls: readonly AcceptCall[]): Promise<ReadonlySet<string>> {
  const asked = calls.flatMap(({ accountId, events }) =>
    events.flatMap(({ event, isNewId }) => (isNewId ? [] : [{ accountId, id: event.id }])),
  );
  if (asked.length === 0) return new Set();
  const rows = await statements.rows<{ readonly name: string }>(
    KEPT_EVENTS,
    columns(
      asked,
      ({ accountId }) => accountId,
      ({ id }) => id,
    ),
  );
  return new Set(rows.map(({ name }) => name));
}

const KEPT_EVENTS = `
  SELECT concat(e.account_id, ' ', e.id) AS name FROM unnest($1::text[], $2::text[]) asked (account_id, id)
  JOIN events e ON e.account_id = asked.account_id AND e.id = asked.id`;

const INSERT_EVENTS = `
  WITH kept AS (
  INSERT INTO events (
    id, account_id, type, source, is_test, subscription_id, calendar_code, body, request, created_at, directed
  )
  SELECT id, account_id, type, source, is_test, subscription_id, calendar_code, body, request, created_at, directed
  FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[], $9::bigint[],
    $10::int[], $11::bytea[]
  ) WITH ORDINALITY AS new (
    id, account_id, type, source, is_test, subscription_id, calendar_code, request, created_at, directed, body, place
  )
  ORDER BY place
  ON CONFLICT (account_id, id) DO NOTHING
  RETURNING row, type, concat(account_id, ' ', id) AS name
  ), to_fold AS (
    INSERT INTO events_to_fold (row) SELECT row FROM kept WHERE type IN (${CHANGING_TYPES.map((type) => `'${type}'`).join(', ')})
  )
  SELECT row, name FROM kept`;

const KEEP_EVENTS = 'SELECT row FROM events WHERE row = ANY ($1::bigint[]) ORDER BY row FOR KEY SHARE';

const INSERT_NOTIFICATIONS = `
  INSERT INTO notifications (
    id, account_id, event_row, webhook_row, status, attempt_count, order_key, listener_type, due_at, created_at
  )
  SELECT id, account_id, event_row, webhook_row, 'pending', 0, order_key, listener_type, due_at, created_at
  FROM unnest(
    $1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::bigint[]
  ) WITH ORDINALITY AS new (id, account_id, event_row, webhook_row, order_key, listener_type, due_at, created_at, place)
  ORDER BY place
  ON CONFLICT (${indexedLine('notifications')}) WHERE due_at IS NOT NULL AND order_key IS NOT NULL DO NOTHING
  RETURNING row`;
