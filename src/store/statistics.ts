import type { Kysely } from 'kysely';
import type { NotificationStatistics } from '../model/statistics.js';
import { eventFits } from './event-conditions.js';
import { ONE } from './literals.js';
import type { StatisticsFilter, StoreReads } from './store.js';
import type { Tables } from './tables.js';
import { Tally } from './tally.js';
import { notificationRowAfter, notificationRowBefore } from './time-bounds.js';

/**
 * So many rows are counted at once, twice; after each read the rest of the service, which shares the process, has its
 * turn. Of a million rows most reads take some 25 ms; on a busy machine of two cores the longest took 105 to 290 ms.
 */
const ROWS_AT_ONCE = 5_000;

/**
 * The notification history in figures. The database groups and counts; what comes out of it are counts for each type,
 * webhook, calendar and status, and for each response time. They are added up slice by slice, since one statement over a
 * million notifications would keep everything else waiting for seconds.
 */
export function statisticsReads(db: Kysely<Tables>): Pick<StoreReads, 'notificationStatistics'> {
  return {
    async notificationStatistics(accountId, filter) {
      const tallies = new Tallies();
      const { first, last } = await bounds(db, filter);
      for (let from = first; from <= last; from += ROWS_AT_ONCE) {
        const slice = { accountId, filter, from, to: Math.min(from + ROWS_AT_ONCE, last + 1) };
        for (const row of await statusCounts(db, slice)) {
          for (const tally of tallies.of(row)) tally.addNotifications(row.status, Number(row.count));
        }

        await othersTurn();
        for (const row of await responseTimes(db, slice)) {
          for (const tally of tallies.of(row)) tally.addAnswers(row.duration_ms, Number(row.count));
        }

        await othersTurn();
      }

      return tallies.statistics();
    },
  };
}

function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface Slice {
  readonly accountId: string;
  readonly filter: StatisticsFilter;
  /** The first row. */
  readonly from: number;
  /** The row after the last. */
  readonly to: number;
}

/** The rows among which everything of the window lies. */
async function bounds(
  db: Kysely<Tables>,
  { since, until }: StatisticsFilter,
): Promise<{ first: number; last: number }> {
  let rows = db.selectFrom('notifications').select('row').limit(ONE);
  if (since !== undefined) rows = rows.where('row', '>', notificationRowBefore(db, since));
  if (until !== undefined) rows = rows.where('row', '<', notificationRowAfter(db, until));
  const first = await rows.orderBy('row').executeTakeFirst();
  const last = await rows.orderBy('row', 'desc').executeTakeFirst();
  return first && last ? { first: first.row, last: last.row } : { first: 1, last: 0 };
}

function statusCounts(db: Kysely<Tables>, slice: Slice) {
  return groups(db, slice).select('n.status').groupBy('n.status').execute();
}

/** How long the attempts took that got an answer, whatever it was. */
function responseTimes(db: Kysely<Tables>, slice: Slice) {
  return groups(db, slice)
    .innerJoin('attempts as a', 'a.notification_row', 'n.row')
    .select('a.duration_ms')
    .where('a.status', 'is not', null)
    .groupBy('a.duration_ms')
    .execute();
}

function groups(db: Kysely<Tables>, { accountId, filter, from, to }: Slice) {
  let query = db
    .selectFrom('notifications as n')
    .innerJoin('events as e', 'e.row', 'n.event_row')
    .innerJoin('webhooks as w', 'w.row', 'n.webhook_row')
    .select(({ fn }) => ['e.type', 'w.id as webhook_id', 'w.url', 'e.calendar_code', fn.countAll().as('count')])
    .where('n.account_id', '=', accountId)
    .where('n.row', '>=', from)
    .where('n.row', '<', to)
    .where(eventFits(filter))
    .groupBy(['e.type', 'w.row', 'e.calendar_code']);
  const { since, until, status, webhookId } = filter;
  if (since !== undefined) query = query.where('n.created_at', '>=', since);
  if (until !== undefined) query = query.where('n.created_at', '<', until);
  if (status !== undefined) query = query.where('n.status', '=', status);
  if (webhookId !== undefined) query = query.where('w.id', '=', webhookId);
  return query;
}

/** What all notifications of a group have in common. */
interface Group {
  readonly type: string;
  readonly webhook_id: string;
  readonly url: string;
  readonly calendar_code: string | null;
}

class Tallies {
  readonly #total = new Tally();
  readonly #byType = new Map<string, Tally>();
  readonly #byWebhook = new Map<string, Tally>();
  readonly #byCalendar = new Map<string | null, Tally>();
  readonly #urls = new Map<string, string>();

  /** Those that a group counts for. */
  of({ type, webhook_id: webhookId, url, calendar_code: calendarCode }: Group): readonly Tally[] {
    this.#urls.set(webhookId, url);
    return [
      this.#total,
      tallyOf(this.#byType, type),
      tallyOf(this.#byWebhook, webhookId),
      tallyOf(this.#byCalendar, calendarCode),
    ];
  }

  statistics(): NotificationStatistics {
    return {
      total: this.#total.counts(),
      byType: rows(this.#byType, (type) => ({ type })),
      byWebhook: rows(this.#byWebhook, (webhookId) => ({ webhookId, webhookUrl: this.#urls.get(webhookId) ?? '' })),
      byCalendar: rows(this.#byCalendar, (calendarCode) => ({ calendarCode })),
    };
  }
}

function tallyOf<Key>(tallies: Map<Key, Tally>, key: Key): Tally {
  const known = tallies.get(key) ?? new Tally();
  tallies.set(key, known);
  return known;
}

function rows<Key, Named extends object>(tallies: ReadonlyMap<Key, Tally>, named: (key: Key) => Named) {
  return [...tallies]
    .map(([key, tally]) => ({ ...named(key), ...tally.counts() }))
    .sort((one, other) => other.sent - one.sent);
}
