import type { Attempt } from '../../model/notification.js';
import type { AttemptRecord } from '../delivery-store.js';
import type { HeldClaim } from './held-claims.js';
import { handOn, letOlderPass, type EndedTurn } from './order.js';
import { columns, type Parameter, type Statements } from './statements.js';

/** The outcome of an attempt, and the claim under which it was made. */
export interface ClaimedRecord {
  readonly claim: HeldClaim;
  readonly record: AttemptRecord;
}

/**
 * Keeps the outcomes of attempts, and what becomes of their notifications. Nothing waits for an answer in between.
 *
 * @returns for each whether it was kept: false when the claim had been lost, or the webhook was removed
 */
export async function recordAttempts(
  statements: Statements,
  records: readonly ClaimedRecord[],
): Promise<readonly boolean[]> {
  const ended = records.map(({ claim, record }) => ({
    ...{ ...claim, dueAt: finishedAt(record.attempt) },
    isFinished: record.next.status !== 'pending',
  }));
  const queries = [
    ...letOlderPass(linesOf(ended.filter(({ isFinished }) => !isFinished))),
    ...handOn(linesOf(ended.filter(({ isFinished }) => isFinished))),
  ];
  const [, kept] = await Promise.all([
    statements.rows(LOCK, [records.map(({ claim }) => claim.row)]),
    statements.rows<{ readonly row: number }>(KEEP, outcomeColumns(records)),
    ...queries.map(([sql, parameters]) => statements.rows(sql, parameters)),
  ]);
  const rows = new Set(kept.map(({ row }) => row));
  for (const { claim, record } of records) {
    if (record.disableWebhook === undefined || !rows.has(claim.row)) continue;
    await statements.rows(TURN_OFF, [claim.webhookRow, record.disableWebhook]);
  }

  return records.map(({ claim }) => rows.has(claim.row));
}

/** Gives claimed notifications back unattempted, due as they were. An older one that was sent again meanwhile goes first. */
export async function giveBack(statements: Statements, claims: readonly HeldClaim[]): Promise<void> {
  const tokens = claims.map(({ token }) => token);
  await Promise.all([
    statements.rows(LOCK, [claims.map(({ row }) => row)]),
    statements.rows(END_CLAIMS, [tokens, claims.map(({ row }) => row)]),
    ...letOlderPass(linesOf(claims)).map(([sql, parameters]) => statements.rows(sql, parameters)),
  ]);
}

export async function insertAttempt(statements: Statements, notificationRow: number, attempt: Attempt): Promise<void> {
  const { number, startedAt, durationMs, status, error, answer, location } = attempt;
  await statements.rows(INSERT_ATTEMPT, [
    ...[notificationRow, number, startedAt, durationMs, status, error, answer, location],
  ]);
}

/** The lines in which the turn may go on. */
function linesOf(claims: readonly HeldClaim[]): readonly EndedTurn[] {
  return claims.flatMap(({ webhookRow, orderKey, dueAt }) => {
    return orderKey === null ? [] : [{ webhook_row: webhookRow, order_key: orderKey, dueAt }];
  });
}

function finishedAt({ startedAt, durationMs }: Attempt): number {
  return startedAt + durationMs;
}

function outcomeColumns(records: readonly ClaimedRecord[]): readonly Parameter[] {
  return columns(
    records,
    ({ claim }) => claim.token,
    ({ claim }) => claim.row,
    ({ record }) => record.next.status,
    ({ record }) => (record.next.status === 'pending' ? record.next.dueAt : null),
    ({ record }) => (record.next.status === 'pending' ? null : finishedAt(record.attempt)),
    ({ record }) => record.attempt.number,
    ({ record }) => record.attempt.startedAt,
    ({ record }) => record.attempt.durationMs,
    ({ record }) => record.attempt.status,
    ({ record }) => record.attempt.error,
    ({ record }) => record.attempt.answer,
    ({ record }) => record.attempt.location,
  );
}

/** In one order, so that no two processes wait for each other. */
const LOCK = 'SELECT 1 FROM notifications WHERE row = ANY ($1::bigint[]) ORDER BY row FOR NO KEY UPDATE';

/** An outcome counts while its claim is there, and ends it. Of a notification that is pending no more, nothing is kept. */
const KEEP = `
  WITH outcome AS (
    SELECT * FROM unnest(
      $1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::bigint[], $8::int[], $9::int[],
      $10::text[], $11::text[], $12::text[]
    ) AS o (
      token, row, next_status, due_at, finished_at, number, started_at, duration_ms, status, error, answer, location
    )
  ), held AS (
    DELETE FROM claims c USING outcome o WHERE c.row = o.token AND c.notification_row = o.row RETURNING c.row AS token
  ), kept AS (
    UPDATE notifications n SET
      status = o.next_status, due_at = o.due_at, attempt_count = o.number, finished_at = o.finished_at,
      first_attempt_at = coalesce(n.first_attempt_at, o.started_at), last_status = o.status, last_error = o.error
    FROM outcome o JOIN held h ON h.token = o.token
    WHERE n.row = o.row AND n.finished_at IS NULL
    RETURNING n.row
  ), attempted AS (
    INSERT INTO attempts (notification_row, number, started_at, duration_ms, status, error, answer, location)
    SELECT o.row, o.number, o.started_at, o.duration_ms, o.status, o.error, o.answer, o.location
    FROM outcome o JOIN kept k ON k.row = o.row
    ORDER BY o.row
    RETURNING 1
  )
  SELECT row FROM kept`;

/** By both: a server that lost its memory may have given a number to another claim. */
const END_CLAIMS = `
  DELETE FROM claims c USING unnest($1::bigint[], $2::bigint[]) ended (token, row)
  WHERE c.row = ended.token AND c.notification_row = ended.row`;

const INSERT_ATTEMPT = `
  INSERT INTO attempts (notification_row, number, started_at, duration_ms, status, error, answer, location)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

const TURN_OFF = 'UPDATE webhooks SET enabled = 0, disabled_reason = $2 WHERE row = $1';
