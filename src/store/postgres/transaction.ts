import type { Duplex } from 'node:stream';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { oneWriteATurn } from '../../util/one-write-a-turn.js';
import type { Tables } from '../tables.js';
import { kyselyOn } from './dialect.js';
import { OutcomeUnknown, StartOver } from './failures.js';
import type { Parameter, Statements } from './statements.js';

/**
 * Said inside each transaction, since a pooler in transaction mode keeps no settings of a session:
 *
 * - what the server allows it: a process that is frozen in the middle of one holds up nobody for longer.
 * - how statements are planned: once for each connection, when tables may be empty still. Then reading all of a table or of an
 *   index looks cheaper than finding each row by it, and nothing here is meant to do that (`lookups.ts`).
 */
const SETTINGS = {
  statement_timeout: '10000',
  idle_in_transaction_session_timeout: '10000',
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_indexonlyscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
};
/** As one statement, which is parsed once for a connection. */
const WITH_SETTINGS = saying(SETTINGS);
/** What may be lost with the server's memory: it is not waited for until the disk has it. */
const WITHOUT_DISK = saying({ ...SETTINGS, synchronous_commit: 'off' });

/** A transaction that is under way. */
export interface Unit extends Statements {
  /** Kysely, on the connection of this transaction. */
  readonly db: Kysely<Tables>;
  /**
   * Sends the commit along with the statements of this turn: nothing comes after them, whatever they answer. It saves the way
   * to the server and back that waiting for the answers would take.
   */
  commitAlong(): void;
}

export interface TransactionOptions {
  /** It is of no use any more when the server loses its memory. */
  readonly mayBeLost?: boolean;
}

/** A transaction on one connection. What is sent in one turn of the event loop is written at once. */
export class Transaction implements Unit {
  readonly #client: pg.PoolClient;
  readonly #query: (sql: string, parameters: readonly Parameter[]) => pg.QueryConfig;
  readonly #gather: () => void;
  /** The answers to what was sent, in its order. */
  readonly #answers: Promise<unknown>[] = [];
  #committed: Promise<void> | undefined;
  #isBroken = false;

  /** @param query how the connection is to be asked for a statement */
  constructor(
    client: pg.PoolClient,
    query: (sql: string, parameters: readonly Parameter[]) => pg.QueryConfig,
    { mayBeLost = false }: TransactionOptions,
  ) {
    this.#client = client;
    this.#query = query;
    this.#gather = oneWriteATurn((client as unknown as Connected).connection.stream);
    this.#gather();
    void this.#noted(client.query('BEGIN'));
    void this.#noted(client.query(query(mayBeLost ? WITHOUT_DISK : WITH_SETTINGS, [])));
  }

  get db(): Kysely<Tables> {
    return kyselyOn(
      () => Promise.resolve(this.#client),
      () => {},
    );
  }

  /** Whether its connection is of no use any more. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  rows<Row>(sql: string, parameters: readonly Parameter[] = []): Promise<Row[]> {
    this.#gather();
    return this.#noted(this.#client.query(this.#query(sql, parameters)).then(({ rows }) => rows as Row[]));
  }

  commitAlong(): void {
    this.#gather();
    this.#committed ??= commit(this.#client);
    // It is waited for in the end.
    this.#committed.catch(() => {});
  }

  /** @throws {OutcomeUnknown} when the connection broke meanwhile */
  async commit(): Promise<void> {
    if (!this.#committed) {
      await Promise.all(this.#answers);
      this.commitAlong();
    }

    await this.#committed;
  }

  /**
   * Ends it because of a failure.
   *
   * @returns what really failed: what was sent behind a statement that failed only says that it did
   */
  async end(failure: unknown): Promise<unknown> {
    const answers = await Promise.allSettled(this.#answers);
    const first: unknown = answers.find((answer) => answer.status === 'rejected')?.reason ?? failure;
    // The server takes back what it cannot commit; on a broken connection it does so by itself.
    if (!this.#committed) await this.#client.query('ROLLBACK').catch(() => (this.#isBroken = true));
    const reason: unknown = await this.#committed?.catch((error: unknown) => error);
    if (!(reason instanceof OutcomeUnknown)) return first;
    this.#isBroken = true;
    // Not to know whether it was committed is worse than whatever failed.
    return reason;
  }

  /** It is heard of where the transaction ends, or where it is waited for. */
  #noted<T>(answer: Promise<T>): Promise<T> {
    this.#answers.push(answer);
    answer.catch(() => {});
    return answer;
  }
}

/** What node-postgres has and does not declare. */
interface Connected {
  readonly connection: { readonly stream: Duplex };
}

/** One statement that makes settings for a transaction. */
function saying(settings: Readonly<Record<string, string>>): string {
  const said = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', true)`);
  return `SELECT ${said.join(', ')}`;
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
