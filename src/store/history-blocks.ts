import type { Kysely } from 'kysely';
import type { HistoryEnds } from './history-ends.js';
import { addAnswers, answerTime, HistoryCounts } from './history-counts.js';
import { ONE, PENDING, unindexed } from './literals.js';
import type { Tables } from './tables.js';

/*
 * The history is counted in blocks of a thousand rows of notifications, so that statistics of a million read a thousand
 * sums. A block is counted by housekeeping, once nothing in it is expected to change; writing an event or an attempt
 * does no more for it than one look at a small table, by the triggers of `0005-long-history`: whatever changes a status
 * or an attempt, or removes a row, takes the sums of its block away, and they are made anew. A block without sums is
 * counted where it is asked for, so statistics are always those of what is kept.
 */

/** How many rows a block has. It stands in the triggers, too: `row / 1000`. */
const BLOCK_ROWS = 1_000;
/** So many blocks are looked for at once. */
const LOOKED_FOR = 1_000;

export function blockOf(row: number): number {
  return Math.floor(row / BLOCK_ROWS);
}

/** A block of the history as one account sees it. */
export interface Block {
  readonly block: number;
  /** False: nobody counted it, or it changed since. */
  readonly isCounted: boolean;
  /** What the account has in it; null for nothing. */
  readonly sums: {
    /** See {@link HistoryCounts.addText}. */
    readonly text: string;
    /** The times between which its notifications were made, both included. */
    readonly firstCreatedAt: number;
    readonly lastCreatedAt: number;
  } | null;
}

/** The blocks from `first` to `last`, both included. */
export async function blocks(
  db: Kysely<Tables>,
  accountId: string,
  first: number,
  last: number,
): Promise<readonly Block[]> {
  const rows = await db
    .selectFrom('history_blocks as b')
    .leftJoin('history_block_counts as c', (join) =>
      join.onRef('c.block', '=', 'b.block').on('c.account_id', '=', accountId),
    )
    .select(['b.block', 'c.counts', 'c.first_created_at', 'c.last_created_at'])
    .where('b.block', '>=', first)
    .where('b.block', '<=', last)
    .execute();
  const counted = new Map(rows.map((row) => [row.block, row]));
  return Array.from({ length: last - first + 1 }, (_, place) => {
    const row = counted.get(first + place);
    const sums =
      row && row.counts !== null && row.first_created_at !== null && row.last_created_at !== null
        ? { text: row.counts, firstCreatedAt: row.first_created_at, lastCreatedAt: row.last_created_at }
        : null;
    return { block: first + place, isCounted: row !== undefined, sums };
  });
}

/** A notification as it is counted. */
export interface CountedRow {
  readonly row: number;
  readonly account_id: string;
  readonly webhook_row: number;
  readonly status: string;
  readonly created_at: number;
  readonly type: string;
  readonly calendar_code: string | null;
}

/** An attempt that got an answer, whatever it was. */
export interface CountedAttempt {
  readonly notification_row: number;
  readonly duration_ms: number;
}

/** The notifications of a block, and the attempts at them that were answered. */
export async function rowsOfBlock(
  db: Kysely<Tables>,
  block: number,
  accountId?: string,
): Promise<{ notifications: readonly CountedRow[]; attempts: readonly CountedAttempt[] }> {
  const [from, to] = [block * BLOCK_ROWS, (block + 1) * BLOCK_ROWS];
  let notifications = db
    .selectFrom('notifications as n')
    .innerJoin('events as e', 'e.row', 'n.event_row')
    .select(['n.row', 'n.account_id', 'n.webhook_row', 'n.status', 'n.created_at', 'e.type', 'e.calendar_code'])
    .where('n.row', '>=', from)
    .where('n.row', '<', to);
  if (accountId !== undefined) notifications = notifications.where('n.account_id', '=', accountId);
  const attempts = db
    .selectFrom('attempts')
    .select(['notification_row', 'duration_ms'])
    .where('notification_row', '>=', from)
    .where('notification_row', '<', to)
    .where('status', 'is not', null);
  // In one order, whoever reads them: of groups of one size, the first comes first.
  return { notifications: await notifications.orderBy('n.row').execute(), attempts: await attempts.execute() };
}

/** Adds notifications, and the attempts at those of them that fit. */
export function addRows(
  counts: HistoryCounts,
  notifications: readonly CountedRow[],
  attempts: readonly CountedAttempt[],
): void {
  const groups = new Map(
    notifications.map(({ row, type, webhook_row: webhookRow, calendar_code: calendarCode, status }) => {
      const group = counts.of({ type, webhookRow, calendarCode, status });
      group.notifications += 1;
      return [row, group];
    }),
  );
  for (const { notification_row: row, duration_ms: durationMs } of attempts) {
    const group = groups.get(row);
    if (group) addAnswers(group, answerTime(durationMs), 1);
  }
}

/**
 * Counts the blocks that nobody counted yet and that are full, each in a short write of its own.
 *
 * @param settledBefore what was made earlier and is pending stays so for long; a block with something younger that is
 *   pending is left for later
 * @returns a step for each block: how many were counted by it
 */
export async function* countHistory(
  db: Kysely<Tables>,
  write: <T>(work: (unit: Kysely<Tables>) => Promise<T>) => Promise<T>,
  settledBefore: number,
  historyEnds: HistoryEnds,
): AsyncGenerator<number, void> {
  const oldest = await db
    .selectFrom('notifications')
    .select(({ fn }) => fn.min('row').as('row'))
    .executeTakeFirst();
  const { notificationRow: last } = await historyEnds.end();
  // Row ids only grow, so a block is full as soon as there is a settled row behind it.
  const [first, end] = [blockOf(oldest?.row ?? 0), blockOf(last)];
  await forgetBefore(db, write, first);
  for (let from = first; from < end; from += LOOKED_FOR) {
    const to = Math.min(from + LOOKED_FOR, end);
    const counted = await countedBlocks(db, from, to);
    for (let block = from; block < to; block += 1) {
      if (counted.has(block) || (await isUnsettled(db, block, settledBefore))) continue;
      await write(async (unit) => {
        await historyEnds.lockBlock(unit, block);
        // Another process may have counted it meanwhile.
        if ((await countedBlocks(unit, block, block + 1)).size === 0) await countBlock(unit, block);
      });
      yield 1;
    }
  }
}

/** Blocks whose rows were all removed are counted as empty, until nothing stands before them any more. */
async function forgetBefore(
  db: Kysely<Tables>,
  write: <T>(work: (unit: Kysely<Tables>) => Promise<T>) => Promise<T>,
  first: number,
): Promise<void> {
  const gone = await db.selectFrom('history_blocks').select('block').where('block', '<', first).limit(ONE).execute();
  if (gone.length > 0) await write((unit) => unit.deleteFrom('history_blocks').where('block', '<', first).execute());
}

async function countedBlocks(db: Kysely<Tables>, from: number, to: number): Promise<ReadonlySet<number>> {
  const rows = await db
    .selectFrom('history_blocks')
    .select('block')
    .where('block', '>=', from)
    .where('block', '<', to)
    .execute();
  return new Set(rows.map(({ block }) => block));
}

async function isUnsettled(db: Kysely<Tables>, block: number, settledBefore: number): Promise<boolean> {
  const pending = await db
    .selectFrom('notifications')
    .select('row')
    .where('row', '>=', block * BLOCK_ROWS)
    .where('row', '<', (block + 1) * BLOCK_ROWS)
    // These are a thousand rows that lie together.
    .where(unindexed('status'), '=', PENDING)
    .where('created_at', '>=', settledBefore)
    .limit(ONE)
    .executeTakeFirst();
  return pending !== undefined;
}

async function countBlock(db: Kysely<Tables>, block: number): Promise<void> {
  const { notifications, attempts } = await rowsOfBlock(db, block);
  const accounts = new Map<string, CountedRow[]>();
  for (const row of notifications) {
    const rows = accounts.get(row.account_id);
    if (rows) rows.push(row);
    else accounts.set(row.account_id, [row]);
  }

  await db.insertInto('history_blocks').values({ block }).execute();
  for (const [accountId, rows] of accounts) {
    const counts = new HistoryCounts();
    addRows(counts, rows, attempts);
    const times = rows.map((row) => row.created_at);
    await db
      .insertInto('history_block_counts')
      .values({
        block,
        account_id: accountId,
        first_created_at: Math.min(...times),
        last_created_at: Math.max(...times),
        counts: counts.toText(),
      })
      .execute();
  }
}
