import type { AcceptCall, KeyedCall } from '../accept-store.js';
import { StartOver } from './failures.js';
import { isAt } from './lookups.js';
import { columns, type Statements } from './statements.js';

/**
 * Keeps the keys of calls whose events were kept.
 *
 * @param eventRows of the events, by account and id
 * @throws {StartOver} when another process kept a call with one of the keys meanwhile
 */
export async function keepKeys(
  statements: Statements,
  calls: readonly AcceptCall[],
  eventRows: ReadonlyMap<string, number>,
): Promise<void> {
  const keyed = calls.flatMap(({ accountId, key, events }) => {
    const [first] = events;
    if (!key || !first) return [];
    const eventIds = events.length === 1 ? null : JSON.stringify(events.map(({ event }) => event.id));
    return [{ accountId, ...key, eventRow: eventRows.get(`${accountId} ${first.event.id}`) ?? 0, eventIds }];
  });
  if (keyed.length === 0) return;
  const rows = await statements.rows(
    KEEP_KEYS,
    columns(
      keyed,
      ({ accountId }) => accountId,
      ({ key }) => key,
      ({ requestHash }) => requestHash,
      ({ eventRow }) => eventRow,
      ({ eventIds }) => eventIds,
    ),
  );
  if (rows.length < keyed.length) throw new StartOver('another call with the same key was kept meanwhile');
}

/** The call that an account made under an idempotency key. */
export async function keyedCall(
  statements: Statements,
  accountId: string,
  key: string,
): Promise<KeyedCall | undefined> {
  const [row] = await statements.rows<KeyedCallRow>(KEYED_CALL, [accountId, key]);
  return row && toKeyedCall(row);
}

/** The calls that were made under the keys of these, by account and key. */
export async function keyedCalls(
  statements: Statements,
  calls: readonly AcceptCall[],
): Promise<ReadonlyMap<string, KeyedCall>> {
  const keyed = calls.flatMap(({ accountId, key }) => (key ? [{ accountId, key: key.key }] : []));
  if (keyed.length === 0) return new Map();
  const rows = await statements.rows<KeyedCallRow>(
    KEYED_CALLS,
    columns(
      keyed,
      ({ accountId }) => accountId,
      ({ key }) => key,
    ),
  );
  return new Map(rows.map((row) => [`${row.account_id} ${row.key}`, toKeyedCall(row)]));
}

interface KeyedCallRow {
  readonly account_id: string;
  readonly key: string;
  readonly request_hash: string;
  readonly event_ids: string | null;
  /** The id of the first event. */
  readonly id: string;
}

function toKeyedCall({ request_hash: requestHash, event_ids: eventIds, id }: KeyedCallRow): KeyedCall {
  return { requestHash, eventIds: eventIds === null ? [id] : (JSON.parse(eventIds) as string[]) };
}

const KEYED_CALL = `
  SELECT k.account_id, k.key, k.request_hash, k.event_ids, e.id
  FROM idempotency_keys k JOIN events e ON ${isAt('e.row', 'k.event_row')} WHERE k.account_id = $1 AND k.key = $2`;

const KEYED_CALLS = `
  SELECT k.account_id, k.key, k.request_hash, k.event_ids, e.id
  FROM unnest($1::text[], $2::text[]) asked (account_id, key)
  JOIN idempotency_keys k ON ${isAt('k.account_id', 'asked.account_id')} AND ${isAt('k.key', 'asked.key')}
  JOIN events e ON ${isAt('e.row', 'k.event_row')}`;

const KEEP_KEYS = `
  INSERT INTO idempotency_keys (account_id, key, request_hash, event_row, event_ids)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[])
  ON CONFLICT DO NOTHING RETURNING 1`;
