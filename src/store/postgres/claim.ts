import {
  CLAIMED_COLUMNS,
  CLAIMED_WEBHOOKS,
  toClaimed,
  toClaimedWebhook,
  type ClaimedRow,
  type ClaimedWebhookRow,
} from '../claimed.js';
import type { ClaimRequest, ClaimResult } from '../delivery-store.js';
import { earliest, mostInFlight } from '../due.js';
import type { Sealer } from '../sealer.js';
import type { PostgresConnection } from './connection.js';
import { workingWebhooks, type WorkingWebhook } from './due.js';
import type { HeldClaims } from './held-claims.js';
import { hasTime, indexedWebhook, isAt, isUnclaimed, unindexed } from './lookups.js';
import { columns } from './statements.js';
import type { Unit } from './transaction.js';

/** When to look again for what another process was just claiming from, in milliseconds. */
const LOOK_AGAIN = 5;

/**
 * Takes what is due, beside other processes that do the same.
 *
 * First a look at which webhooks have something due and room for it; mostly none has, and that was all. From those that
 * have, it claims in a transaction:
 *
 * # the webhook is locked
 * by whoever claims from it, so that no two processes find room for the same one more. One that is locked is passed over,
 * and looked at again soon.
 *
 * # the notification is locked
 * by whoever claims or changes it; those are passed over as well.
 *
 * # the claim is a row
 * of which a notification has one at most. Its holder's lease stands in one row for all of its claims; when that runs out,
 * whoever sees it first takes the claims away (`leases.ts`).
 */
export async function claimDue(
  connection: PostgresConnection,
  held: HeldClaims,
  sealer: Sealer,
  request: ClaimRequest,
): Promise<ClaimResult> {
  const working = await connection.read((statements) => workingWebhooks(statements, request));
  const open = working
    .map((webhook) => ({ ...webhook, most: mostClaimed(webhook, held, request.perWebhook) }))
    .filter(
      ({ listener, inFlight, dueAt, most }) =>
        dueAt !== null && inFlight < most && (listener !== null || request.limit > 0),
    );
  const nextDueAt = earliest(working.map((webhook) => webhook.nextDueAt));
  if (open.length === 0) return { claimed: [], nextDueAt };

  const { rows, isAll, webhooks } = await connection.transaction(
    (unit) => claimFrom(unit, open, request),
    // A server that lost it has lost who claimed what, and everything is due.
    { mayBeLost: true },
  );
  const byRow = new Map(webhooks.map((row) => [row.row, toClaimedWebhook(row, sealer)]));
  const claimed = rows.flatMap((row) => {
    const webhook = byRow.get(row.webhook_row);
    if (!webhook) return [];
    const { token, row: notificationRow, webhook_row: webhookRow, order_key: orderKey, due_at: dueAt } = row;
    const claim = { token, worker: request.claim, row: notificationRow, webhookRow, orderKey, dueAt };
    const notification = { ...toClaimed(row), webhook };
    const { attempt } = notification;
    // It is being attempted here still: its lease had run out, and nobody else took it. The claim is for that attempt.
    const isUnderWay = held.of(row.id, request.claim)?.attempt === attempt;
    held.add(row.id, { ...claim, attempt });
    return isUnderWay ? [] : [notification];
  });
  return { claimed, nextDueAt: isAll ? nextDueAt : earliest([nextDueAt, request.now + LOOK_AGAIN]) };
}

/** A webhook that may have room, and how many of its notifications may be claimed at most. */
interface OpenWebhook extends WorkingWebhook {
  readonly most: number;
}

/**
 * As many as may be in flight, and as many again whose exchange is over here: while their outcome is written, the receiver
 * has nothing to do.
 */
function mostClaimed(webhook: WorkingWebhook, held: HeldClaims, perWebhook: number): number {
  const { row, listener } = webhook;
  const most = mostInFlight(webhook, perWebhook);
  return listener?.order === 'listener' ? most : most + Math.min(held.endingAt(row), most);
}

interface TakenRow extends ClaimedRow {
  readonly token: number;
  readonly webhook_row: number;
  readonly order_key: string | null;
  readonly due_at: number;
}

async function claimFrom(unit: Unit, open: readonly OpenWebhook[], request: ClaimRequest) {
  const { claim, now, until, limit } = request;
  const [, locked] = await Promise.all([
    unit.rows(HOLD_LEASE, [claim, until]),
    unit.rows<{ readonly row: number }>(LOCK_WEBHOOKS, [open.map(({ row }) => row)]),
  ]);
  const isLocked = new Set(locked.map(({ row }) => row));
  const ours = open.filter(({ row }) => isLocked.has(row));
  const taken = Promise.all([
    unit.rows<TakenRow>(CLAIM, [
      ...columns(
        ours,
        ({ row }) => row,
        ({ most }) => most,
        ({ listener }) => listener !== null,
        ({ listener }) => listener?.order === 'listener',
        ({ listener }) => (listener?.types ? JSON.stringify(listener.types) : null),
      ),
      ...[now, limit, claim],
    ]),
    unit.rows<ClaimedWebhookRow>(`${CLAIMED_WEBHOOKS} = ANY ($1::bigint[])`, [ours.map(({ row }) => row)]),
  ]);
  unit.commitAlong();
  const [rows, webhooks] = await taken;
  return { rows, webhooks, isAll: ours.length === open.length };
}

const HOLD_LEASE = `
  INSERT INTO workers (id, until) VALUES ($1, $2)
  ON CONFLICT (id) DO UPDATE SET until = greatest(workers.until, excluded.until)`;

const LOCK_WEBHOOKS = `
  SELECT row FROM webhooks WHERE row = ANY ($1::bigint[]) AND enabled = 1 ORDER BY row FOR NO KEY UPDATE SKIP LOCKED`;

const IN_TURN = 'ORDER BY n.due_at, n.row LIMIT greatest(w.room, 0) FOR NO KEY UPDATE OF n SKIP LOCKED';

/**
 * All of the listeners', and so many others. The first of each webhook goes before the second of any, so that what waits
 * in a long line takes no short one's turn.
 *
 * A listener that wants its notifications one after another has the oldest that is pending, and nothing while that one is
 * not due or in flight; one that takes some types only has what is due of each.
 */
const CLAIM = `
  WITH working AS MATERIALIZED (
    SELECT given.*, held.in_flight, given.most - held.in_flight AS room
    FROM unnest($1::bigint[], $2::int[], $3::bool[], $4::bool[], $5::text[])
      AS given (row, most, is_listener, in_order, types)
    CROSS JOIN LATERAL (SELECT count(*) AS in_flight FROM claims c WHERE c.webhook_row = given.row) held
  ), candidates AS MATERIALIZED (
    SELECT w.row AS webhook_row, w.is_listener, w.in_flight, d.row, d.due_at FROM working w CROSS JOIN LATERAL (
      SELECT n.row, n.due_at FROM notifications n
      WHERE ${indexedWebhook('n')} = w.row AND ${hasTime('n')} AND n.due_at <= $6 AND ${isUnclaimed('n')}
      ${IN_TURN}
    ) d WHERE w.types IS NULL AND NOT w.in_order
    UNION ALL
    SELECT w.row, w.is_listener, w.in_flight, d.row, d.due_at FROM working w CROSS JOIN LATERAL (
      SELECT n.row, n.due_at FROM (
        SELECT o.row FROM notifications o
        WHERE ${indexedWebhook('o')} = w.row AND o.status = 'pending' ORDER BY o.row LIMIT 1
      ) oldest JOIN notifications n ON ${isAt('n.row', 'oldest.row')}
      WHERE ${unindexed('n.due_at')} <= $6 AND ${isUnclaimed('n')} ${IN_TURN}
    ) d WHERE w.in_order
    UNION ALL
    SELECT w.row, w.is_listener, w.in_flight, d.row, d.due_at FROM working w CROSS JOIN LATERAL (
      SELECT n.row, n.due_at FROM json_array_elements_text(w.types::json) asked (type) CROSS JOIN LATERAL (
        SELECT m.row FROM notifications m
        WHERE ${indexedWebhook('m')} = w.row AND m.listener_type = asked.type
          AND ${hasTime('m')} AND m.due_at <= $6 AND ${isUnclaimed('m')}
        ORDER BY m.due_at, m.row LIMIT greatest(w.room, 0)
      ) of_type JOIN notifications n ON ${isAt('n.row', 'of_type.row')}
      WHERE ${unindexed('n.due_at')} <= $6 AND ${isUnclaimed('n')} ${IN_TURN}
    ) d WHERE w.types IS NOT NULL AND NOT w.in_order
  ), placed AS (
    SELECT c.*, c.in_flight + row_number() OVER (PARTITION BY c.webhook_row ORDER BY c.due_at, c.row) AS place
    FROM candidates c
  ), chosen AS (
    SELECT row, webhook_row FROM placed WHERE is_listener
    UNION ALL
    (SELECT row, webhook_row FROM placed WHERE NOT is_listener ORDER BY place, due_at, row LIMIT $7)
  ), taken AS (
    INSERT INTO claims (notification_row, webhook_row, worker) SELECT row, webhook_row, $8 FROM chosen
    ON CONFLICT (notification_row) DO NOTHING
    RETURNING row AS token, notification_row
  )
  SELECT t.token, n.webhook_row, n.order_key, n.due_at, ${CLAIMED_COLUMNS}
  FROM taken t JOIN notifications n ON ${isAt('n.row', 't.notification_row')}
  JOIN events e ON ${isAt('e.row', 'n.event_row')}
  ORDER BY n.due_at, n.row`;
