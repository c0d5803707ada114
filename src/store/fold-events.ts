import { sql, type Kysely, type Selectable } from 'kysely';
import type { EventObject } from '../model/event.js';
import { subscriptionChange, type SubscriptionChange } from '../model/subscription-change.js';
import { changedPeriods, type SubscriptionPeriod } from '../model/subscription-period.js';
import { isRecord } from '../util/is-record.js';
import { asKept } from './kept-text.js';
import { PERIOD_COLUMNS, periodColumns, toPeriod, type PeriodOwner, type PeriodRow } from './subscription-periods.js';
import type { Tables } from './tables.js';

/** So many events are folded in one write, some 5 ms. */
const EVENTS_AT_ONCE = 50;

/** How a database does a step of folding: alone, so that no two fold events of one subscription at once. */
export type WriteAlone = <T>(work: (unit: Kysely<Tables>) => Promise<T>) => Promise<T>;

/**
 * Folds what events tell of subscriptions into their periods, which is what subscribers and insights are read from. It is not
 * done where an event is accepted, since it would take half as long again there; whoever reads folds first, so nobody sees
 * that it comes later.
 *
 * @returns a step for each short write: how many events were folded by it
 */
export async function* foldEvents(writeAlone: WriteAlone): AsyncGenerator<number, void> {
  for (;;) {
    const folded = await writeAlone(foldSome);
    if (folded > 0) yield folded;
    if (folded < EVENTS_AT_ONCE) return;
  }
}

async function foldSome(unit: Kysely<Tables>): Promise<number> {
  const waiting = await unit
    .selectFrom('events_to_fold')
    .select('row')
    .orderBy('row')
    .limit(sql.lit(EVENTS_AT_ONCE))
    .execute();
  if (waiting.length === 0) return 0;
  const rows = waiting.map(({ row }) => row);
  const events = await unit
    .selectFrom('events')
    .select(['account_id', 'is_test', 'body', 'created_at'])
    .where('row', 'in', rows)
    .orderBy('row')
    .execute();
  await keepChanges(unit, events.flatMap(changeIn));
  await unit.deleteFrom('events_to_fold').where('row', 'in', rows).execute();
  return rows.length;
}

/** A change, and whose subscription it is of. */
interface OwnChange extends PeriodOwner {
  readonly change: SubscriptionChange;
}

function changeIn(
  event: Pick<Selectable<Tables['events']>, 'account_id' | 'is_test' | 'body' | 'created_at'>,
): readonly OwnChange[] {
  const change = subscriptionChange(eventObjectIn(event.body), event.created_at);
  return change ? [{ accountId: event.account_id, isTest: event.is_test === 1, change }] : [];
}

/** What came in at an inbox need not be whole. */
function eventObjectIn(body: Uint8Array): EventObject {
  const parsed: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
  const { eventType, eventDetails } = isRecord(parsed) ? parsed : {};
  return {
    eventId: '',
    eventType: typeof eventType === 'string' ? eventType : '',
    eventDetails: isRecord(eventDetails) ? eventDetails : {},
  };
}

async function keepChanges(unit: Kysely<Tables>, changes: readonly OwnChange[]): Promise<void> {
  const last = new Map(await newestPeriods(unit, [...new Map(changes.map((one) => [nameOf(one), one])).values()]));
  const changed = new Map<string, ReturnType<typeof periodColumns>>();
  for (const one of changes) {
    const name = nameOf(one);
    for (const period of changedPeriods(last.get(name), one.change)) {
      last.set(name, period);
      changed.set(`${name} ${period.number}`, periodColumns(period, one));
    }
  }

  if (changed.size === 0) return;
  await unit
    .insertInto('subscription_periods')
    .values([...changed.values()])
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'subscription_id', 'is_test', 'number'])
        .doUpdateSet((of) => Object.fromEntries(PERIOD_COLUMNS.map((name) => [name, of.ref(`excluded.${name}`)]))),
    )
    .execute();
}

/** The newest periods of the subscriptions of these changes, one of each, by their names. */
async function newestPeriods(
  unit: Kysely<Tables>,
  changes: readonly OwnChange[],
): Promise<ReadonlyMap<string, SubscriptionPeriod>> {
  if (changes.length === 0) return new Map();
  const asked = changes.map(
    ({ accountId, isTest, change }) =>
      sql`(CAST(${accountId} AS text), CAST(${change.subscriptionId} AS text), CAST(${isTest ? 1 : 0} AS integer))`,
  );
  const { rows } = await sql<PeriodRow>`
    WITH asked (account_id, subscription_id, is_test) AS (VALUES ${sql.join(asked)})
    SELECT p.* FROM asked a JOIN subscription_periods p
    ON p.account_id = a.account_id AND p.subscription_id = a.subscription_id AND p.is_test = a.is_test AND p.number = (
      SELECT max(m.number) FROM subscription_periods m
      WHERE m.account_id = a.account_id AND m.subscription_id = a.subscription_id AND m.is_test = a.is_test
    )`.execute(unit);
  return new Map(rows.map((row) => [nameOfRow(row), toPeriod(row)]));
}

function nameOf({ accountId, isTest, change }: OwnChange): string {
  return `${accountId} ${isTest ? 1 : 0} ${asKept(change.subscriptionId)}`;
}

function nameOfRow(row: PeriodRow): string {
  return `${row.account_id} ${row.is_test} ${row.subscription_id}`;
}
