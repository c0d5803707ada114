import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { withoutNul } from '../kept-text.js';
import type { Tables } from '../tables.js';
import { kyselyOn } from './dialect.js';
import { isUnknownName, isWorthStartingOver } from './failures.js';
import type { Parameter, Scalar, Statements } from './statements.js';
import { Transaction, type TransactionOptions, type Unit } from './transaction.js';

/** At most this many connections of one process, the one that listens not counted. */
const CONNECTIONS = 10;
/** How long to wait for a connection, and for the answer to a statement. In milliseconds. */
const CONNECT_LIMIT = 5_000;
const ANSWER_LIMIT = 15_000;
/** So often is a unit begun anew that others came in between of. */
const MOST_STARTS = 10;

export interface ConnectionOptions {
  /** How long a statement may take to be answered, in milliseconds. */
  readonly answerLimit?: number;
  /** A pooler stands in between: each transaction may have another connection. */
  readonly isPooled?: boolean;
}

/** A pool of connections to the database, and transactions on them. */
export class PostgresConnection implements Statements {
  readonly #pool: pg.Pool;
  /** False behind a pooler that gives each transaction another connection, and knows nothing of named statements. */
  #usesNames: boolean;
  /** Kysely, on whichever connection is free. */
  readonly db: Kysely<Tables>;

  constructor(url: string, { answerLimit = ANSWER_LIMIT, isPooled = false }: ConnectionOptions = {}) {
    this.#usesNames = !isPooled;
    this.#pool = new pg.Pool({
      ...connectionOptions(url),
      max: CONNECTIONS,
      query_timeout: answerLimit,
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
    return this.#withNames(async () => (await this.#pool.query(this.#query(sql, parameters))).rows as Row[]);
  }

  /**
   * Does `work` in a transaction, and does it anew when somebody else came in between: it must change nothing but the
   * database.
   *
   * @throws {OutcomeUnknown} when the connection broke while it was committed
   */
  async transaction<T>(work: (unit: Unit) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    for (let start = 1; ; start += 1) {
      try {
        return await this.#withNames(() => this.#once(work, options));
      } catch (error) {
        if (start === MOST_STARTS || !isWorthStartingOver(error)) throw error;
      }
    }
  }

  /** Reads in a transaction of its own, for how statements are planned and limited in one. `work` sends all of them at once. */
  read<T>(work: (statements: Statements) => Promise<T>): Promise<T> {
    return this.transaction((unit) => {
      const value = work(unit);
      unit.commitAlong();
      return value;
    });
  }

  async close(): Promise<void> {
    // It may be closed more than once.
    if (!this.#pool.ending) await this.#pool.end();
  }

  /** A pooler may turn out not to know named statements; then nothing was done, and is done without. */
  async #withNames<T>(work: () => Promise<T>): Promise<T> {
    const usedNames = this.#usesNames;
    try {
      return await work();
    } catch (error) {
      if (!usedNames || !isUnknownName(error)) throw error;
      this.#usesNames = false;
      return work();
    }
  }

  #query(sql: string, parameters: readonly Parameter[]): pg.QueryConfig {
    const values = parameters.map((value) => (isList(value) ? value.map(withoutNul) : withoutNul(value)));
    return { text: sql, values, ...(this.#usesNames && { name: named(sql) }) };
  }

  async #once<T>(work: (unit: Unit) => Promise<T>, options: TransactionOptions): Promise<T> {
    const client = await this.#pool.connect();
    const transaction = new Transaction(client, (sql, parameters) => this.#query(sql, parameters), options);
    try {
      const value = await work(transaction);
      await transaction.commit();
      return value;
    } catch (error) {
      throw await transaction.end(error);
    } finally {
      client.release(transaction.isBroken);
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

const INT8 = 20;

/** Rows, times and counts are whole numbers below 2⁵³, and come as numbers. */
function typeParser(oid: number, format?: 'text' | 'binary'): unknown {
  return oid === INT8 ? Number : pg.types.getTypeParser(oid, format);
}

/**
 * Planning a statement takes longer than running it, so it is planned once for a connection, under a name. A plan that was
 * made for small tables is a bad one for large ones: under another name it is made anew, after 2, 4, 8 and so on uses.
 */
function named(sql: string): string {
  const known = STATEMENTS.get(sql) ?? { hash: hashOf(sql), uses: 0 };
  known.uses += 1;
  STATEMENTS.set(sql, known);
  return `calreply_${known.hash}_${Math.floor(Math.log2(known.uses))}`;
}

/** There are as many as this program has texts of statements. */
const STATEMENTS = new Map<string, { readonly hash: string; uses: number }>();

/** One name never stands for two texts, also where a pooler lends one connection to several processes. */
function hashOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex').slice(0, 16);
}

function isList(value: Parameter): value is readonly Scalar[] {
  return Array.isArray(value);
}
