import { sql, type Kysely, type RawBuilder } from 'kysely';
import { firstTimeId } from '../util/ids.js';
import type { Tables } from './tables.js';

/*
 * Where a time lies among the rows. Rows are numbered as they are committed, so a time is a bound on them, and what asks
 * for the last ten minutes reads those and not the whole history.
 *
 * It is only a bound: rows are still asked for their own time. What came first may be committed later, so each bound is
 * moved outwards by SLACK. A clock that was set back by more than that leaves a stretch of rows with times that come
 * twice; there a bound may fall on either side, so a list by time can miss some of what was stamped in that stretch.
 */

/** How far the order of rows and that of their times may differ, in milliseconds. A full write queue takes seconds. */
const SLACK = 60_000;

/** Every notification made at `time` or later has a greater row: one probe of the index of ids, which begin with it. */
export function notificationRowBefore(db: Kysely<Tables>, time: number): RawBuilder<number> {
  const last = db
    .selectFrom('notifications')
    .select('row')
    .where('id', '<', firstTimeId('ntf', time - SLACK))
    .orderBy('id', 'desc')
    .limit(sql.lit(1));
  return sql<number>`coalesce(${last}, 0)`;
}

/** Every notification made before `time` has a lesser row. */
export function notificationRowAfter(db: Kysely<Tables>, time: number): RawBuilder<number> {
  const first = db
    .selectFrom('notifications')
    .select('row')
    .where('id', '>=', firstTimeId('ntf', time + SLACK))
    .orderBy('id')
    .limit(sql.lit(1));
  return sql<number>`coalesce(${first}, ${GREATEST_ROW})`;
}

const GREATEST_ROW = sql.lit(Number.MAX_SAFE_INTEGER);

/** Every event made at `time` or later has a greater row. */
export function eventRowBefore(time: number): RawBuilder<number> {
  return lastRowBefore('events', sql`t.created_at`, time - SLACK);
}

/** Every event made before `time` has this row at most. */
export function eventRowUpTo(time: number): RawBuilder<number> {
  return lastRowBefore('events', sql`t.created_at`, time + SLACK);
}

/** Every attempt that ended at `time` or later has a greater row. */
export function attemptRowBefore(time: number): RawBuilder<number> {
  return lastRowBefore('attempts', sql`t.started_at + t.duration_ms`, time - SLACK);
}

/**
 * Their times are in no index, so the rows are halved again and again: twenty looks find a time among a million. All up
 * to `low` are before the time, none from `high` on is. Rows may be missing, so a look takes the next one that is there.
 */
function lastRowBefore(table: 'events' | 'attempts', timeOfRow: RawBuilder<unknown>, time: number): RawBuilder<number> {
  const middle = sql`(low + high) / 2`;
  const isBefore = sql`(SELECT ${timeOfRow} FROM ${sql.table(table)} t WHERE t.row >= ${middle} ORDER BY t.row LIMIT 1) < ${time}`;
  return sql<number>`(
    WITH RECURSIVE search(low, high) AS (
      SELECT CAST(0 AS bigint), (SELECT coalesce(max(t.row), 0) + 1 FROM ${sql.table(table)} t)
      UNION ALL
      SELECT CASE WHEN ${isBefore} THEN ${middle} ELSE low END, CASE WHEN ${isBefore} THEN high ELSE ${middle} END
      FROM search WHERE high - low > 1
    )
    SELECT max(low) FROM search
  )`;
}
