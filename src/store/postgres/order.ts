import type { Line } from '../notification-writes.js';
import { columns, type Query, type Statements } from './statements.js';

/*
 * Who has the turn, among processes that know nothing of each other. The index `notifications_turn` lets one notification of
 * a line have a due time, and whoever changes who that is locks the row of the one that has it:
 *
 * - a new one that finds somebody who has the turn locks that row and waits behind it. Whoever ends the turn comes after
 *   it, and sees it waiting.
 * - a new one that finds nobody takes the turn. If another did the same in this moment, the index refuses one of the two,
 *   which starts over.
 */

export function lineOf({ webhook_row: webhookRow, order_key: orderKey }: Line): string {
  return `${webhookRow} ${orderKey}`;
}

/** Locks whoever has the turn in these lines. Gives the lines where there is somebody. */
export async function lockTurns(statements: Statements, lines: readonly Line[]): Promise<Set<string>> {
  const different = [...new Map(lines.map((line) => [lineOf(line), line])).values()];
  if (different.length === 0) return new Set();
  const rows = await statements.rows<Line>(LOCK_TURNS, lineColumns(different));
  return new Set(rows.map(lineOf));
}

/** A line, and when the next one in it is due, if it waited. */
export interface EndedTurn extends Line {
  readonly dueAt: number;
}

/** The statements that hand on the turn where whoever had it is finished. */
export function handOn(lines: readonly EndedTurn[]): readonly Query[] {
  return lines.length === 0 ? [] : [[GIVE_TURN, turnColumns(lines)]];
}

/**
 * The statements for lines where somebody goes on having the turn, but is not in flight any more: an older one that was sent
 * again by hand meanwhile goes first.
 */
export function letOlderPass(lines: readonly EndedTurn[]): readonly Query[] {
  return lines.length === 0 ? [] : [[LET_OLDER_PASS, lineColumns(lines)], ...handOn(lines)];
}

/** Settles who has the turn after some of the pending were made due: the one in flight, else the oldest, and nobody else. */
export async function restoreOrder(statements: Statements, line: Line, now: number): Promise<void> {
  await lockHolder(statements, line);
  for (const [sql, parameters] of letOlderPass([{ ...line, dueAt: now }])) await statements.rows(sql, parameters);
}

/** Locks whoever has the turn: while that was waited for, it may have been handed on. */
async function lockHolder(statements: Statements, line: Line): Promise<void> {
  const parameters = [line.webhook_row, line.order_key];
  for (;;) {
    const [locked] = await statements.rows<{ readonly row: number }>(`${HOLDER} FOR NO KEY UPDATE`, parameters);
    const [holder] = await statements.rows<{ readonly row: number }>(HOLDER, parameters);
    if (locked?.row === holder?.row) return;
  }
}

function turnColumns(lines: readonly EndedTurn[]) {
  return [...lineColumns(lines), lines.map(({ dueAt }) => dueAt)];
}

function lineColumns(lines: readonly Line[]) {
  return columns(
    lines,
    (line) => line.webhook_row,
    (line) => line.order_key,
  );
}

const HOLDER = 'SELECT row FROM notifications WHERE webhook_row = $1 AND order_key = $2 AND due_at IS NOT NULL';

/** In one order, so that no two processes wait for each other. */
const LOCK_TURNS = `
  SELECT n.webhook_row, n.order_key FROM unnest($1::bigint[], $2::text[]) line (webhook_row, order_key)
  JOIN notifications n ON n.webhook_row = line.webhook_row AND n.order_key = line.order_key AND n.due_at IS NOT NULL
  ORDER BY n.row FOR NO KEY UPDATE OF n`;

/**
 * Whoever has the turn, is not in flight and not the oldest waits again. The time of its schedule does not pass while it
 * waits: what it waits for may take all of the thirty minutes.
 */
const LET_OLDER_PASS = `
  UPDATE notifications n SET due_at = NULL, first_attempt_at = NULL
  FROM unnest($1::bigint[], $2::text[]) line (webhook_row, order_key)
  WHERE n.webhook_row = line.webhook_row AND n.order_key = line.order_key AND n.due_at IS NOT NULL
    AND n.row > (
      SELECT o.row FROM notifications o
      WHERE o.webhook_row = line.webhook_row AND o.order_key = line.order_key AND o.status = 'pending'
      ORDER BY o.row LIMIT 1
    )
    AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.notification_row = n.row)`;

const GIVE_TURN = `
  UPDATE notifications n SET due_at = line.due_at
  FROM unnest($1::bigint[], $2::text[], $3::bigint[]) line (webhook_row, order_key, due_at)
  WHERE n.row = (
      SELECT o.row FROM notifications o
      WHERE o.webhook_row = line.webhook_row AND o.order_key = line.order_key AND o.status = 'pending'
      ORDER BY o.row LIMIT 1
    )
    AND n.due_at IS NULL
    AND NOT EXISTS (
      SELECT 1 FROM notifications h
      WHERE h.webhook_row = line.webhook_row AND h.order_key = line.order_key AND h.due_at IS NOT NULL
    )`;
