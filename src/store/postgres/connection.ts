import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { oneWriteATurn } from '../../util/one-write-a-turn.js';
import type { Tables } from '../tables.js';
import { kyselyOn } from './dialect.js';
import { isUnknownName, isWorthStartingOver, OutcomeUnknown, StartOver } from './failures.js';
import { withoutNul, type Parameter, type Scalar, type Statements } from './statements.js';

/** At most this many connections of one process, the one that listens not counted. */
const CONNECTIONS = 10;
/** How long to wait for a connection, and for the answer to a statement. In milliseconds. */
const CONNECT_LIMIT = 5_000;
const ANSWER_LIMIT = 15_000;
/**
 * Said inside each transaction, since a pooler in transaction mode keeps no settings of a session:
 *
 * - what the server allows it: a process that is frozen in the middle of one holds up nobody for longer.
 * - how statements are planned: once for each connection, when tables may be empty still. Then reading all of a table looks
 *   cheaper than finding each row by its index, and nothing here is meant to do that.
 */
const BEGIN = [
  'BEGIN',
  'SET LOCAL statement_timeout = 10000',
  'SET LOCAL idle_in_transaction_session_timeout = 10000',
  'SET LOCAL plan_cache_mode = force_generic_plan',
  ...['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin'].map((way) => `SET LOCAL enable_${way} = off`),
  'SET LOCAL jit = off',
].join('; ');
/** What may be lost with the server's memory: it is not waited for until the disk has it. */
const WITHOUT_DISK = 'SET LOCAL synchronous_commit = off';
/** So often is a unit begun anew that others came in between of. */
const MOST_STARTS = 10;

/** A transaction that is under way. */
export interface Unit extends Statements {
  /** Kysely, on the connection of this transaction. */
  readonly db: Kysely<Tables>;
}

export interface ConnectionOptions {
  /** How long a statement may take to be answered, in milliseconds. */
  readonly answerLimit?: number;
  /** A pooler stands in between: each transaction may have another connection. */
  readonly isPooled?: boolean;
}

export interface TransactionOptions {
  /** It is of no use any more when the server loses its memory. */
  readonly mayBeLost?: boolean;
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
    return this.#withNames(async () => rowsOf<Row>(await this.#pool.query(this.#query(sql, parameters))));
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

  /** Reads in a transaction of its own, for how statements are planned and limited in one; nothing is waited for in between. */
  read<T>(work: (statements: Statements) => Promise<T>): Promise<T> {
    return this.#withNames(() => this.#readOnce(work));
  }

  async #readOnce<T>(work: (statements: Statements) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let isBroken = false;
    try {
      const { unit, sent } = this.#begin(client, BEGIN);
      const value = work(unit);
      const ended = client.query('COMMIT').catch(() => (isBroken = true));
      await Promise.allSettled([value, ...sent, ended]);
      return await value;
    } finally {
      client.release(isBroken);
    }
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

  /** Begins a transaction; what is sent in one turn is written at once. */
  #begin(client: pg.PoolClient, text: string): { readonly unit: Unit; readonly sent: Promise<unknown>[] } {
    const gather = oneWriteATurn((client as unknown as Connected).connection.stream);
    gather();
    const sent: Promise<unknown>[] = [];
    const send = <T>(answer: Promise<T>) => {
      sent.push(answer);
      // It is heard of where the transaction ends, or where it is waited for.
      answer.catch(() => {});
      return answer;
    };
    void send(client.query(text));
    const unit: Unit = {
      get db() {
        return kyselyOn(
          () => Promise.resolve(client),
          () => {},
        );
      },
      rows: <Row>(sql: string, parameters: readonly Parameter[] = []) => {
        gather();
        return send(client.query(this.#query(sql, parameters)).then((result) => rowsOf<Row>(result)));
      },
    };
    return { unit, sent };
  }

  async #once<T>(work: (unit: Unit) => Promise<T>, { mayBeLost = false }: TransactionOptions): Promise<T> {
    const client = await this.#pool.connect();
    let isBroken = false;
    try {
      const { unit, sent } = this.#begin(client, mayBeLost ? `${BEGIN}; ${WITHOUT_DISK}` : BEGIN);
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

/** What node-postgres has and does not declare. */
interface Connected {
  readonly connection: { readonly stream: Duplex };
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
