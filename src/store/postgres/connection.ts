import type { Kysely } from 'kysely';
import pg from 'pg';
import type { Tables } from '../tables.js';
import { kyselyOn } from './dialect.js';
import { isWorthStartingOver, OutcomeUnknown, StartOver } from './failures.js';
import { withoutNul, type Parameter, type Scalar, type Statements } from './statements.js';

/** At most this many connections of one process, the one that listens not counted. */
const CONNECTIONS = 10;
/** How long to wait for a connection, and for the answer to a statement. In milliseconds. */
const CONNECT_LIMIT = 5_000;
const ANSWER_LIMIT = 15_000;
/**
 * What the server allows a transaction: a process that is frozen in the middle of one holds up nobody for longer. Said
 * inside each, since a pooler in transaction mode keeps no settings of a session.
 */
const BEGIN = `
  BEGIN; SET LOCAL statement_timeout = 10000; SET LOCAL idle_in_transaction_session_timeout = 10000`;
/** So often is a unit begun anew that others came in between of. */
const MOST_STARTS = 10;

/** A transaction that is under way. */
export interface Unit extends Statements {
  /** Kysely, on the connection of this transaction. */
  readonly db: Kysely<Tables>;
}

/** A pool of connections to the database, and transactions on them. */
export class PostgresConnection implements Statements {
  readonly #pool: pg.Pool;
  /** Kysely, on whichever connection is free. */
  readonly db: Kysely<Tables>;

  constructor(url: string) {
    this.#pool = new pg.Pool({
      ...connectionOptions(url),
      max: CONNECTIONS,
      query_timeout: ANSWER_LIMIT,
      // Statements are sent one behind the other, without waiting for each answer.
      pipeline: true,
    });
    // What breaks a connection is told to whoever uses it; of one that is idle, nobody needs to know.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
    this.db = kyselyOn(
      () => this.#pool.connect(),
      (client) => client.release(),
    );
  }

  async rows<Row>(sql: string, parameters: readonly Parameter[] = []): Promise<Row[]> {
    return rowsOf<Row>(await this.#pool.query(sql, bindable(parameters)));
  }

  /**
   * Does `work` in a transaction, and does it anew when somebody else came in between: it must change nothing but the
   * database.
   *
   * @throws {OutcomeUnknown} when the connection broke while it was committed
   */
  async transaction<T>(work: (unit: Unit) => Promise<T>): Promise<T> {
    for (let start = 1; ; start += 1) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (start === MOST_STARTS || !isWorthStartingOver(error)) throw error;
      }
    }
  }

  async close(): Promise<void> {
    // It may be closed more than once.
    if (!this.#pool.ending) await this.#pool.end();
  }

  async #once<T>(work: (unit: Unit) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let isBroken = false;
    try {
      const sent: Promise<unknown>[] = [client.query(BEGIN)];
      const unit: Unit = {
        get db() {
          return kyselyOn(
            () => Promise.resolve(client),
            () => {},
          );
        },
        rows: <Row>(sql: string, parameters: readonly Parameter[] = []) => {
          const rows = client.query(sql, bindable(parameters)).then((result) => rowsOf<Row>(result));
          sent.push(rows);
          return rows;
        },
      };
      try {
        const value = await work(unit);
        await Promise.all(sent);
        await commit(client);
        return value;
      } catch (error) {
        await Promise.allSettled(sent);
        // The server takes back what it cannot commit; on a broken connection it does so by itself.
        await client.query('ROLLBACK').catch(() => (isBroken = true));
        throw error;
      }
    } finally {
      client.release(isBroken);
    }
  }
}

/** How to reach a database: what is the same for the pool and for the connection that listens. */
export function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'calreply',
    connectionTimeoutMillis: CONNECT_LIMIT,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: typeParser as pg.CustomTypesConfig['getTypeParser'] },
  };
}

async function commit(client: pg.PoolClient): Promise<void> {
  try {
    const { command } = await client.query('COMMIT');
    // What had failed before is not committed, which the server does not call a failure.
    if (command !== 'COMMIT') throw new StartOver('the transaction was rolled back');
  } catch (cause) {
    // An answer of the server says that it was not committed; no answer says nothing.
    if (cause instanceof StartOver) throw cause;
    if (cause instanceof pg.DatabaseError && !cause.code?.startsWith('57P')) throw cause;
    throw new OutcomeUnknown('the connection broke while a transaction was committed', { cause });
  }
}

const INT8 = 20;

/** Rows, times and counts are whole numbers below 2⁵³, and come as numbers. */
function typeParser(oid: number, format?: 'text' | 'binary'): unknown {
  return oid === INT8 ? Number : pg.types.getTypeParser(oid, format);
}

function rowsOf<Row>(result: pg.QueryResult): Row[] {
  return result.rows as Row[];
}

function bindable(parameters: readonly Parameter[]): unknown[] {
  return parameters.map((value) => (isList(value) ? value.map(withoutNul) : withoutNul(value)));
}

function isList(value: Parameter): value is readonly Scalar[] {
  return Array.isArray(value);
}
