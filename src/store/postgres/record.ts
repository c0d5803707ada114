import type { Attempt } from '../../model/notification.js';
import type { AttemptRecord } from '../delivery-store.js';
import type { HeldClaim } from './held-claims.js';
import { isAt, unindexed } from './lookups.js';
import { handOn, letOlderPass, type EndedTurn } from './order.js';
import { columns, type Parameter, type Statements } from './statements.js';
import type { Unit } from './transaction.js';

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
export async function recordAttempts(unit: Unit, records: readonly ClaimedRecord[]): Promise<readonly boolean[]> {
  const ended = records.map(({ claim, record }) => ({
    ...{ ...claim, dueAt: finishedAt(record.attempt) },
    isFinished: record.next.status !== 'pending',
  }));
  const queries = [
    ...letOlderPass(linesOf(ended.filter(({ isFinished }) => !isFinished))),
    ...handOn(linesOf(ended.filter(({ isFinished }) => isFinished))),
  ];
  const answers = Promise.all([
    unit.rows(LOCK, [records.map(({ claim }) => claim.row)]),
    unit.rows<{ readonly row: number }>(KEEP, outcomeColumns(records)),
    ...queries.map(([sql, parameters]) => unit.rows(sql, parameters)),
  ]);
  const turningOff = records.filter(({ record }) => record.disableWebhook !== undefined);
  // Which of them count, is known when the answers are there.
  if (turningOff.length === 0) unit.commitAlong();
  const [, kept] = await answers;
  const rows = new Set(kept.map(({ row }) => row));
  for (const { claim, record } of turningOff) {
    if (rows.has(claim.row)) await unit.rows(TURN_OFF, [claim.webhookRow, record.disableWebhook ?? null]);
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
    DELETE FROM claims c USING outcome o
    WHERE ${isAt('c.notification_row', 'o.row')} AND ${unindexed('c.row')} = o.token
    RETURNING o.*
  ), kept AS (
    UPDATE notifications n SET
      status = h.next_status, due_at = h.due_at, attempt_count = h.number, finished_at = h.finished_at,
      first_attempt_at = coalesce(n.first_attempt_at, h.started_at), last_status = h.status, last_error = h.error
    FROM held h WHERE ${isAt('n.row', 'h.row')} AND n.finished_at IS NULL
    RETURNING h.*
  ), attempted AS (
    INSERT INTO attempts (notification_row, number, started_at, duration_ms, status, error, answer, location)
    SELECT row, number, started_at, duration_ms, status, error, answer, location FROM kept ORDER BY row
  )
  SELECT row FROM kept`;

/** By both: a server that lost its memory may have given a number to another claim. */
const END_CLAIMS = `
  DELETE FROM claims c USING unnest($1::bigint[], $2::bigint[]) ended (token, row)
  WHERE ${isAt('c.notification_row', 'ended.row')} AND ${unindexed('c.row')} = ended.token`;

const INSERT_ATTEMPT = `
  INSERT INTO attempts (notification_row, number, started_at, duration_ms, status, error, answer, location)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

const TURN_OFF = 'UPDATE webhooks SET enabled = 0, disabled_reason = $2 WHERE row = $1';
