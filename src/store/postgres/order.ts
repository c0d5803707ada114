import { asKept } from '../kept-text.js';
import type { Line } from '../notification-writes.js';
import { hasTurn, indexedLine, isAt, isInLine, isUnclaimed } from './lookups.js';
import type { Query, Statements } from './statements.js';

/*
 * Who has the turn, among processes that know nothing of each other. The index `notifications_turn` lets one notification of
 * a line have a due time, and whoever changes who that is locks the row of the one that has it:
 *
 * - a new one that finds somebody who has the turn locks that row and waits behind it. Whoever ends the turn comes after
 *   it, and sees it waiting.
 * - a new one that finds nobody takes the turn. If another did the same in this moment, the index refuses one of the two,
 *   which starts over.
 */

/** A line, as the indexes call it. */
export function lineOf({ webhook_row: webhookRow, order_key: orderKey }: Line): string {
  return `${webhookRow} ${asKept(orderKey)}`;
}

/** Locks whoever has the turn in these lines. Gives the lines where there is somebody. */
export async function lockTurns(statements: Statements, lines: readonly Line[]): Promise<Set<string>> {
  const different = [...new Set(lines.map(lineOf))];
  if (different.length === 0) return new Set();
  const rows = await statements.rows<{ readonly line: string }>(LOCK_TURNS, [different]);
  return new Set(rows.map(({ line }) => line));
}

/** A line, and when the next one in it is due, if it waited. */
export interface EndedTurn extends Line {
  readonly dueAt: number;
}

/** The statements that hand on the turn where whoever had it is finished. */
export function handOn(lines: readonly EndedTurn[]): readonly Query[] {
  return lines.length === 0 ? [] : [[GIVE_TURN, [lines.map(lineOf), lines.map(({ dueAt }) => dueAt)]]];
}

/**
 * The statements for lines where somebody goes on having the turn, but is not in flight any more: an older one that was sent
 * again by hand meanwhile goes first.
 */
export function letOlderPass(lines: readonly EndedTurn[]): readonly Query[] {
  return lines.length === 0 ? [] : [[LET_OLDER_PASS, [lines.map(lineOf)]], ...handOn(lines)];
}

/** Settles who has the turn after some of the pending were made due: the one in flight, else the oldest, and nobody else. */
export async function restoreOrder(statements: Statements, line: Line, now: number): Promise<void> {
  await lockHolder(statements, line);
  for (const [sql, parameters] of letOlderPass([{ ...line, dueAt: now }])) await statements.rows(sql, parameters);
}

/** Locks whoever has the turn: while that was waited for, it may have been handed on. */
async function lockHolder(statements: Statements, line: Line): Promise<void> {
  const parameters = [lineOf(line)];
  for (;;) {
    const [locked] = await statements.rows<{ readonly row: number }>(`${HOLDER} FOR NO KEY UPDATE`, parameters);
    const [holder] = await statements.rows<{ readonly row: number }>(HOLDER, parameters);
    if (locked?.row === holder?.row) return;
  }
}

const HOLDER = `SELECT n.row FROM notifications n WHERE ${indexedLine('n')} = $1 AND ${hasTurn('n')}`;

/** In one order, so that no two processes wait for each other. */
const LOCK_TURNS = `
  SELECT asked.line FROM unnest($1::text[]) asked (line)
  JOIN notifications n ON ${isAt(indexedLine('n'), 'asked.line')} AND ${hasTurn('n')}
  ORDER BY n.row FOR NO KEY UPDATE OF n`;

const OLDEST = `
  SELECT o.row FROM notifications o WHERE ${indexedLine('o')} = asked.line AND ${isInLine('o')} ORDER BY o.row LIMIT 1`;

/**
 * Whoever has the turn, is not in flight and not the oldest waits again. The time of its schedule does not pass while it
 * waits: what it waits for may take all of the thirty minutes.
 */
const LET_OLDER_PASS = `
  UPDATE notifications n SET due_at = NULL, first_attempt_at = NULL FROM unnest($1::text[]) asked (line)
  WHERE ${isAt(indexedLine('n'), 'asked.line')} AND ${hasTurn('n')} AND n.row > (${OLDEST}) AND ${isUnclaimed('n')}`;

const GIVE_TURN = `
  UPDATE notifications n SET due_at = asked.due_at FROM unnest($1::text[], $2::bigint[]) asked (line, due_at)
  WHERE ${isAt('n.row', `(${OLDEST})`)} AND n.due_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM notifications h WHERE ${isAt(indexedLine('h'), 'asked.line')} AND ${hasTurn('h')})`;
