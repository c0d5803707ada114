import { earliest, mostInFlight } from '../due.js';
import type { Claims } from './claims.js';
import type { ClaimRequest, OldestDue, OldestDueRequest, ReachableListener } from '../delivery-store.js';
import { oldestPending } from './pending.js';
import type { Statements } from './statements.js';

/* What is due, on SQLite. Nothing here costs more the more waits behind what is looked at. */

/** A webhook with something in the due index, that is on, and whose listener, if it has one, is here. */
export interface WorkingWebhook {
  readonly row: number;
  /** The listener it belongs to; null for a URL. */
  readonly listener: ReachableListener | null;
  /** When the next one falls due that is not due yet; null when there is none. */
  readonly nextDueAt: number | null;
}

export function workingWebhooks(
  statements: Statements,
  { now, reachableListeners }: Pick<ClaimRequest, 'now' | 'reachableListeners'>,
): readonly WorkingWebhook[] {
  // The listeners travel as one JSON text, so that the statement is the same however many are connected.
  const listeners = new Map(reachableListeners.map((listener) => [listener.id, listener]));
  const rows = statements.rows<WorkingRow>(WORKING, now, JSON.stringify([...listeners.keys()]));
  return rows.map(({ row, listener_id: listenerId, next_due_at: nextDueAt }) => {
    return { row, listener: (listenerId !== null && listeners.get(listenerId)) || null, nextDueAt };
  });
}

/** A notification that is due. */
export interface Due {
  readonly row: number;
  readonly id: string;
  readonly dueAt: number;
}

/**
 * What is due at a webhook and not in flight, that which fell due first before all others. A listener that wants its
 * notifications one after another has the oldest that is pending, and nothing while that one is not due or in flight.
 */
export function dueNow(
  statements: Statements,
  claims: Claims,
  { row: webhookRow, listener }: Pick<WorkingWebhook, 'row' | 'listener'>,
  { now, atMost }: { readonly now: number; readonly atMost: number },
): readonly Due[] {
  if (listener?.order === 'listener') {
    const oldest = oldestPending(statements, webhookRow);
    if (!oldest || oldest.due_at === null || oldest.due_at > now || claims.has(oldest.row)) return [];
    return [{ row: oldest.row, id: oldest.id, dueAt: oldest.due_at }];
  }

  // What is in flight is due as well.
  const most = atMost + claims.inFlightTo(webhookRow);
  const types = listener?.types ?? null;
  const rows =
    types === null
      ? statements.rows<Due>(DUE, webhookRow, now, most)
      : types.flatMap((type) => statements.rows<Due>(DUE_OF_TYPE, webhookRow, type, now, most)).sort(byDueTime);
  return rows.filter(({ row }) => !claims.has(row)).slice(0, atMost);
}

/** What fell due first goes first. */
export function byDueTime(one: Due, other: Due): number {
  return one.dueAt - other.dueAt || one.row - other.row;
}

/** How long what is due has been due: a look at the first of each webhook. */
export function oldestDue(statements: Statements, claims: Claims, request: OldestDueRequest): OldestDue {
  const { now, share } = request;
  const oldestAt = (webhook: WorkingWebhook) =>
    dueNow(statements, claims, webhook, { now, atMost: 1 })[0]?.dueAt ?? null;
  const waiting = workingWebhooks(statements, request).map((webhook) => {
    const { row, listener } = webhook;
    // What a listener does not take for now waits as well, but is not owed to it.
    const isChoosy = listener !== null && listener.types !== null;
    const dueAt = oldestAt(isChoosy ? { ...webhook, listener: { ...listener, types: null } } : webhook);
    const isServed = claims.inFlightTo(row) >= Math.min(share, mostInFlight(webhook, share));
    return { dueAt, unservedDueAt: isServed ? null : isChoosy ? oldestAt(webhook) : dueAt };
  });
  return {
    dueAt: earliest(waiting.map(({ dueAt }) => dueAt)),
    unservedDueAt: earliest(waiting.map(({ unservedDueAt }) => unservedDueAt)),
  };
}

/** The webhooks are found by hopping from one to the next in the index, rather than reading it. */
const WORKING = `
  WITH RECURSIVE working(webhook_row) AS (
    SELECT min(webhook_row) FROM notifications INDEXED BY notifications_due WHERE due_at IS NOT NULL
    UNION ALL
    SELECT (
      SELECT min(m.webhook_row) FROM notifications m INDEXED BY notifications_due
      WHERE m.due_at IS NOT NULL AND m.webhook_row > working.webhook_row
    )
    FROM working WHERE working.webhook_row IS NOT NULL
  )
  SELECT w.row, w.listener_id, (
    SELECT min(m.due_at) FROM notifications m INDEXED BY notifications_due
    WHERE m.webhook_row = w.row AND m.due_at > ?
  ) AS next_due_at
  FROM working JOIN webhooks w ON w.row = working.webhook_row
  WHERE w.enabled = 1 AND (w.listener_id IS NULL OR w.listener_id IN (SELECT value FROM json_each(?)))`;

interface WorkingRow {
  readonly row: number;
  readonly listener_id: string | null;
  readonly next_due_at: number | null;
}

/** A parameter of LIMIT alone would have the statement compiled anew each time it is run, so it is a sum. */
const DUE = `
  SELECT row, id, due_at AS dueAt FROM notifications INDEXED BY notifications_due
  WHERE webhook_row = ? AND due_at IS NOT NULL AND due_at <= ?
  ORDER BY due_at, row LIMIT ? + 0`;

const DUE_OF_TYPE = `
  SELECT row, id, due_at AS dueAt FROM notifications INDEXED BY notifications_due_by_type
  WHERE webhook_row = ? AND listener_type = ? AND due_at IS NOT NULL AND due_at <= ?
  ORDER BY due_at, row LIMIT ? + 0`;
