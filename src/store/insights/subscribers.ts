import { sql, type Kysely } from 'kysely';
import { CalReplyError } from '../../errors.js';
import { SubscriberFold, type Subscriber } from '../../model/subscriber.js';
import type { SubscriberPage, SubscriberQuery } from '../insight-store.js';
import { toPeriod, type PeriodRow } from '../subscription-periods.js';
import type { Tables } from '../tables.js';

/** So many periods are read at once, some 5 ms; then the rest of the service, which shares the process, has its turn. */
const PERIODS_AT_ONCE = 200;
/** So many are read for a page: one on which nobody fits ends some time, and the next goes on there. */
const PERIODS_A_PAGE = 20_000;

/** Everybody that events tell of, by who they are: the periods of one person stand side by side in the index. */
export async function subscribers(db: Kysely<Tables>, query: SubscriberQuery): Promise<SubscriberPage> {
  const items: Subscriber[] = [];
  let place = query.cursor === undefined ? START : placeOf(query.cursor);
  let current: { readonly subscriber: string; readonly fold: SubscriberFold } | undefined;
  for (let read = 0; ;) {
    const rows = await periodsAfter(db, query, place);
    query.signal?.throwIfAborted();
    for (const row of rows) {
      const { subscriber } = row;
      if (current && current.subscriber !== subscriber) {
        const found = current.fold.subscriber();
        current = undefined;
        if (fits(found, query)) items.push(found);
        // Everything up to here is of others.
        if (items.length === query.limit || read >= PERIODS_A_PAGE) {
          return { items, nextCursor: cursorOf(place.subscriber) };
        }
      }

      current ??= { subscriber, fold: new SubscriberFold() };
      current.fold.add(toPeriod(row));
      place = { subscriber, row: row.row };
    }

    read += rows.length;
    if (rows.length < PERIODS_AT_ONCE) break;
    await new Promise((resolve) => setImmediate(resolve));
  }

  const last = current?.fold.subscriber();
  if (last && fits(last, query)) items.push(last);
  return { items, nextCursor: null };
}

function fits(subscriber: Subscriber, query: SubscriberQuery): boolean {
  const { isActive, calendars, marketingAllowed, subscriberEmail, subscriberId } = subscriber;
  const { calendarCode, isOptedIn = false, withEnded = false } = query;
  if (!isActive && !withEnded) return false;
  // Of who unsubscribed long ago, nobody knows who it was.
  if (!isActive && subscriberEmail === null && subscriberId === null) return false;
  if (isOptedIn && marketingAllowed !== true) return false;
  return calendarCode === undefined || calendars.includes(calendarCode);
}

function periodsAfter(db: Kysely<Tables>, query: SubscriberQuery, place: Place): Promise<PeriodRow[]> {
  const rows = db
    .selectFrom('subscription_periods')
    .selectAll()
    // As in the index that has them in this order: no other one looks as good to a database that knows little of the table.
    .where(sql`(account_id || '')`, '=', query.accountId)
    .where(sql<boolean>`(subscriber, row) > (${place.subscriber}, ${place.row})`)
    .orderBy('subscriber')
    .orderBy('row')
    .limit(sql.lit(PERIODS_AT_ONCE));
  return (query.withTests === true ? rows : rows.where('is_test', '=', sql.lit(0))).execute();
}

/** Behind this period of a subscriber. */
interface Place {
  readonly subscriber: string;
  readonly row: number;
}

const START: Place = { subscriber: '', row: 0 };

/** Only of whom the last one was: what came of them since is not told as if it were somebody else. */
function cursorOf(subscriber: string): string {
  return Buffer.from(subscriber).toString('base64url');
}

function placeOf(cursor: string): Place {
  const subscriber = Buffer.from(cursor, 'base64url').toString('utf8');
  if (cursor !== '' && cursorOf(subscriber) === cursor) return { subscriber, row: Number.MAX_SAFE_INTEGER };
  throw new CalReplyError('InvalidRequest', `“${cursor}” is not a cursor that this service gave.`);
}
