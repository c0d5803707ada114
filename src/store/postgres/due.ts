import type { ClaimRequest, OldestDue, OldestDueRequest, ReachableListener } from '../delivery-store.js';
import { earliest, mostInFlight } from '../due.js';
import { hasTime, indexedWebhook, isAt, isUnclaimed } from './lookups.js';
import type { Statements } from './statements.js';

/* What is due, on PostgreSQL. Nothing here costs more the more waits behind what is looked at. */

/** A webhook with something in the due index, that is on, and whose listener, if it has one, is here. */
export interface WorkingWebhook {
  readonly row: number;
  /** The listener it belongs to; null for a URL. */
  readonly listener: ReachableListener | null;
  /** How many are in flight to it, from all processes. */
  readonly inFlight: number;
  /** When the first fell due that is due and not in flight; null when there is none. */
  readonly dueAt: number | null;
  /** When the next one falls due that is not due yet; null when there is none. */
  readonly nextDueAt: number | null;
}

export async function workingWebhooks(
  statements: Statements,
  { now, reachableListeners }: Pick<ClaimRequest, 'now' | 'reachableListeners'>,
): Promise<readonly WorkingWebhook[]> {
  const listeners = new Map(reachableListeners.map((listener) => [listener.id, listener]));
  const rows = await statements.rows<WorkingRow>(WORKING, [now, [...listeners.keys()]]);
  return rows.map((row) => ({
    row: row.row,
    listener: (row.listener_id !== null && listeners.get(row.listener_id)) || null,
    inFlight: row.in_flight,
    dueAt: row.due_at,
    nextDueAt: row.next_due_at,
  }));
}

/** How long what is due has been due: a look at the first of each webhook. */
export async function oldestDue(statements: Statements, request: OldestDueRequest): Promise<OldestDue> {
  const { now, share } = request;
  const waiting = await Promise.all(
    (await workingWebhooks(statements, request)).map(async (webhook) => {
      const { row, listener, inFlight, dueAt } = webhook;
      const isServed = inFlight >= Math.min(share, mostInFlight(webhook, share));
      if (listener?.order === 'listener') {
        const first = await firstInOrder(statements, row, now);
        return { dueAt: first, unservedDueAt: isServed ? null : first };
      }

      // What a listener does not take for now waits as well, but is not owed to it.
      const types = listener?.types ?? null;
      const unserved = isServed || types === null ? dueAt : await firstOfTypes(statements, row, types, now);
      return { dueAt, unservedDueAt: isServed ? null : unserved };
    }),
  );
  return {
    dueAt: earliest(waiting.map(({ dueAt }) => dueAt)),
    unservedDueAt: earliest(waiting.map(({ unservedDueAt }) => unservedDueAt)),
  };
}

/** When the oldest that is pending fell due, which a listener takes that wants one after another. */
async function firstInOrder(statements: Statements, row: number, now: number): Promise<number | null> {
  const [first] = await statements.rows<FirstRow>(FIRST_IN_ORDER, [row, now]);
  return first?.due_at ?? null;
}

/** When the first of these types fell due. */
async function firstOfTypes(
  statements: Statements,
  row: number,
  types: readonly string[],
  now: number,
): Promise<number | null> {
  const [first] = await statements.rows<FirstRow>(FIRST_OF_TYPES, [row, now, types]);
  return first?.due_at ?? null;
}

interface FirstRow {
  readonly due_at: number | null;
}

interface WorkingRow {
  readonly row: number;
  readonly listener_id: string | null;
  readonly in_flight: number;
  readonly due_at: number | null;
  readonly next_due_at: number | null;
}

/** The webhooks are found by hopping from one to the next in the index, rather than reading it. */
const WORKING = `
  WITH RECURSIVE working (webhook_row) AS (
    SELECT min(${indexedWebhook('n')}) FROM notifications n WHERE ${hasTime('n')}
    UNION ALL
    SELECT (
      SELECT min(${indexedWebhook('n')}) FROM notifications n
      WHERE ${hasTime('n')} AND ${indexedWebhook('n')} > working.webhook_row
    )
    FROM working WHERE working.webhook_row IS NOT NULL
  )
  SELECT w.row, w.listener_id,
    (SELECT count(*) FROM claims c WHERE c.webhook_row = w.row) AS in_flight,
    (
      SELECT n.due_at FROM notifications n
      WHERE ${indexedWebhook('n')} = w.row AND ${hasTime('n')} AND n.due_at <= $1 AND ${isUnclaimed('n')}
      ORDER BY n.due_at, n.row LIMIT 1
    ) AS due_at,
    (
      SELECT min(n.due_at) FROM notifications n
      WHERE ${indexedWebhook('n')} = w.row AND ${hasTime('n')} AND n.due_at > $1
    ) AS next_due_at
  FROM working JOIN webhooks w ON ${isAt('w.row', 'working.webhook_row')}
  WHERE w.enabled = 1 AND (w.listener_id IS NULL OR w.listener_id = ANY ($2::text[]))`;

const FIRST_OF_TYPES = `
  SELECT min(first.due_at) AS due_at FROM unnest($3::text[]) asked (type) CROSS JOIN LATERAL (
    SELECT n.due_at FROM notifications n
    WHERE ${indexedWebhook('n')} = $1 AND n.listener_type = asked.type
      AND ${hasTime('n')} AND n.due_at <= $2 AND ${isUnclaimed('n')}
    ORDER BY n.due_at, n.row LIMIT 1
  ) first`;

const FIRST_IN_ORDER = `
  SELECT n.due_at FROM (
    SELECT o.row, o.due_at FROM notifications o
    WHERE ${indexedWebhook('o')} = $1 AND o.status = 'pending' ORDER BY o.row LIMIT 1
  ) n
  WHERE n.due_at <= $2 AND ${isUnclaimed('n')}`;
