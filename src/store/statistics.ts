import { sql, type Kysely } from 'kysely';
import type { NotificationStatistics } from '../model/statistics.js';
import { eventFits } from './event-conditions.js';
import { addRows, blockOf, blocks, rowsOfBlock, type Block, type CountedRow } from './history-blocks.js';
import { HistoryCounts, type HistoryGroup } from './history-counts.js';
import { ONE } from './literals.js';
import type { StatisticsFilter, StoreReads } from './store.js';
import type { Tables } from './tables.js';
import { Tallies } from './tally.js';
import { notificationRowAfter, notificationRowBefore } from './time-bounds.js';

/** So many blocks are read at once, some 3 ms; after each read the rest of the service, which shares the process, has its turn. */
const BLOCKS_AT_ONCE = 20;
/** The same, of events, each of which may have a notification for every webhook. */
const EVENTS_AT_ONCE = 500;

/** The notification history in figures, from the sums of blocks, and from rows where there are none. */
export function statisticsReads(db: Kysely<Tables>): Pick<StoreReads, 'notificationStatistics'> {
  return {
    async notificationStatistics(accountId, filter, signal) {
      const counts = new HistoryCounts();
      const { eventId, subscriptionId } = filter;
      const parts =
        eventId === undefined && subscriptionId === undefined
          ? addBlocks(db, accountId, filter, counts)
          : addEvents(db, accountId, filter, counts);
      for await (const _ of parts) {
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
      }

      return statisticsOf(db, counts);
    },
  };
}

/** Adds all that fits, in parts: after each it yields. */
async function* addBlocks(
  db: Kysely<Tables>,
  accountId: string,
  filter: StatisticsFilter,
  counts: HistoryCounts,
): AsyncGenerator<void, void> {
  const fits = await groupFits(db, accountId, filter);
  const { first, last } = await ends(db, filter);
  for (let from = first; from <= last; from += BLOCKS_AT_ONCE) {
    for (const block of await blocks(db, accountId, from, Math.min(from + BLOCKS_AT_ONCE - 1, last))) {
      if (block.isCounted && isOutside(block, filter)) continue;
      if (block.isCounted && isInside(block, filter)) {
        counts.addText(block.sums.text, fits);
        continue;
      }

      const { notifications, attempts } = await rowsOfBlock(db, block.block, accountId);
      addRows(counts, notifications.filter(isWanted(fits, filter)), attempts);
      yield;
    }

    yield;
  }
}

/** The blocks among which everything of the window lies. */
async function ends(db: Kysely<Tables>, { since, until }: StatisticsFilter): Promise<{ first: number; last: number }> {
  let rows = db.selectFrom('notifications').select('row').limit(ONE);
  if (since !== undefined) rows = rows.where('row', '>', notificationRowBefore(db, since));
  if (until !== undefined) rows = rows.where('row', '<', notificationRowAfter(db, until));
  const first = await rows.orderBy('row').executeTakeFirst();
  const last = await rows.orderBy('row', 'desc').executeTakeFirst();
  return first && last ? { first: blockOf(first.row), last: blockOf(last.row) } : { first: 1, last: 0 };
}

function isOutside({ sums }: Block, { since = -Infinity, until = Infinity }: StatisticsFilter): boolean {
  return sums === null || sums.lastCreatedAt < since || sums.firstCreatedAt >= until;
}

function isInside(
  block: Block,
  { since = -Infinity, until = Infinity }: StatisticsFilter,
): block is Block & { readonly sums: object } {
  return block.sums !== null && block.sums.firstCreatedAt >= since && block.sums.lastCreatedAt < until;
}

type Fits = (group: HistoryGroup) => boolean;

async function groupFits(
  db: Kysely<Tables>,
  accountId: string,
  { type, calendarCode, status, webhookId }: StatisticsFilter,
): Promise<Fits> {
  const webhook =
    webhookId === undefined
      ? undefined
      : await db
          .selectFrom('webhooks')
          .select('row')
          .where('account_id', '=', accountId)
          .where('id', '=', webhookId)
          .executeTakeFirst();
  return (group) =>
    (type === undefined || group.type === type) &&
    (calendarCode === undefined || group.calendarCode === calendarCode) &&
    (status === undefined || group.status === status) &&
    (webhookId === undefined || group.webhookRow === webhook?.row);
}

function isWanted(fits: Fits, { since = -Infinity, until = Infinity }: StatisticsFilter) {
  return ({ type, webhook_row: webhookRow, calendar_code: calendarCode, status, created_at: at }: CountedRow) =>
    at >= since && at < until && fits({ type, webhookRow, calendarCode, status });
}

/** The events that fit are few, and their indexes find them: no block is looked at. */
async function* addEvents(
  db: Kysely<Tables>,
  accountId: string,
  filter: StatisticsFilter,
  counts: HistoryCounts,
): AsyncGenerator<void, void> {
  const fits = await groupFits(db, accountId, filter);
  for (let after = 0; ;) {
    const events = await db
      .selectFrom('events as e')
      .select('e.row')
      .where('e.account_id', '=', accountId)
      .where(eventFits(filter))
      .where('e.row', '>', after)
      .orderBy('e.row')
      .limit(sql.lit(EVENTS_AT_ONCE))
      .execute();
    const last = events.at(-1);
    if (!last) return;
    const { notifications, attempts } = await rowsOfEvents(db, accountId, filter, after, last.row);
    addRows(counts, notifications.filter(isWanted(fits, filter)), attempts);
    after = last.row;
    yield;
  }
}

async function rowsOfEvents(
  db: Kysely<Tables>,
  accountId: string,
  filter: StatisticsFilter,
  after: number,
  to: number,
) {
  const found = db
    .selectFrom('events as e')
    .innerJoin('notifications as n', 'n.event_row', 'e.row')
    .where('e.account_id', '=', accountId)
    .where(eventFits(filter))
    .where('e.row', '>', after)
    .where('e.row', '<=', to);
  const notifications = await found
    .select(['n.row', 'n.account_id', 'n.webhook_row', 'n.status', 'n.created_at', 'e.type', 'e.calendar_code'])
    .orderBy('n.row')
    .execute();
  const attempts = await found
    .innerJoin('attempts as a', 'a.notification_row', 'n.row')
    .select(['a.notification_row', 'a.duration_ms'])
    .where('a.status', 'is not', null)
    .execute();
  return { notifications, attempts };
}

async function statisticsOf(db: Kysely<Tables>, counts: HistoryCounts): Promise<NotificationStatistics> {
  const tallies = new Tallies();
  for (const group of counts) tallies.add(group);
  const names = new Map<number, { id: string; url: string }>();
  for (const row of tallies.webhookRows()) {
    const name = await db.selectFrom('webhooks').select(['id', 'url']).where('row', '=', row).executeTakeFirst();
    if (name) names.set(row, name);
  }

  return tallies.statistics((row) => ({
    webhookId: names.get(row)?.id ?? '',
    webhookUrl: names.get(row)?.url ?? '',
  }));
}
