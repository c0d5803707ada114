import { CompiledQuery, sql, type Kysely } from 'kysely';

// Compiled once: they are half of all statements of a busy service.
const BEGIN = CompiledQuery.raw('BEGIN IMMEDIATE');
const COMMIT = CompiledQuery.raw('COMMIT');
const ROLLBACK = CompiledQuery.raw('ROLLBACK');
const SAVEPOINT = CompiledQuery.raw('SAVEPOINT unit');
const RELEASE = CompiledQuery.raw('RELEASE unit');
const ROLLBACK_TO = CompiledQuery.raw('ROLLBACK TO unit');

/** At most this many units share a commit, so that the first of a long queue is not kept waiting. */
const MOST_PER_COMMIT = 256;

/**
 * Group commit: units of work that arrive while a commit is under way share the next one, so that waiting for the disk
 * costs a busy service little and an idle one nothing.
 *
 * Each unit runs alone, under a savepoint: one that throws leaves nothing behind and does not touch its neighbours. No
 * unit is told it succeeded before the commit that holds it did.
 */
export class WriteQueue<Tables> {
  readonly #db: Kysely<Tables>;
  #waiting: Unit<Tables>[] = [];
  #draining: Promise<void> | undefined;
  /** As the database was opened. */
  #mode: 'FULL' | 'NORMAL' = 'FULL';

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @param lasting false for what means nothing to the next process: it does not wait for the disk by itself */
  run<T>(work: (db: Kysely<Tables>) => Promise<T>, { lasting = true } = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, lasting, resolve: resolve as (value: unknown) => void, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nothing is waiting or under way. */
  async idle(): Promise<void> {
    while (this.#draining) await this.#draining;
  }

  async #drain(): Promise<void> {
    // Lets everything that arrived in this turn of the event loop join the first commit.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, MOST_PER_COMMIT));
    this.#draining = undefined;
  }

  async #commit(units: Unit<Tables>[]): Promise<void> {
    const done: (() => void)[] = [];
    try {
      await this.#db.connection().execute(async (db) => {
        await this.#synchronise(db, units.some(({ lasting }) => lasting) ? 'FULL' : 'NORMAL');
        await db.executeQuery(BEGIN);
        try {
          for (const unit of units) done.push(await runUnit(db, unit));
          await db.executeQuery(COMMIT);
        } catch (error) {
          // After some failures (a full disk) SQLite has rolled back by itself, and says so by refusing.
          await db.executeQuery(ROLLBACK).catch(() => undefined);
          throw error;
        }
      });
    } catch (error) {
      for (const unit of units) unit.reject(error);
      return;
    }

    for (const settle of done) settle();
  }

  /** NORMAL leaves the disk alone at a commit. A later commit under FULL brings what came before it to the disk too. */
  async #synchronise(db: Kysely<Tables>, mode: 'FULL' | 'NORMAL'): Promise<void> {
    if (mode === this.#mode) return;
    await sql`PRAGMA synchronous = ${sql.raw(mode)}`.execute(db);
    this.#mode = mode;
  }
}

interface Unit<Tables> {
  readonly work: (db: Kysely<Tables>) => Promise<unknown>;
  readonly lasting: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs one unit; the answer tells its caller how it went, to be called once the commit is through. */
async function runUnit<Tables>(db: Kysely<Tables>, { work, resolve, reject }: Unit<Tables>): Promise<() => void> {
  await db.executeQuery(SAVEPOINT);
  try {
    const value = await work(db);
    await db.executeQuery(RELEASE);
    return () => resolve(value);
  } catch (error) {
    try {
      await db.executeQuery(ROLLBACK_TO);
      await db.executeQuery(RELEASE);
    } catch {
      // SQLite has rolled back the whole batch by itself (a full disk), so that the batch fails, and with the cause.
      throw error;
    }

    return () => reject(error);
  }
}
