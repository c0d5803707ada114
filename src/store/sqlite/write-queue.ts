import { CompiledQuery, type Kysely } from 'kysely';
import { isUnavailable } from './unavailable.js';

// Compiled once: they are half of all statements of a busy service.
const BEGIN = CompiledQuery.raw('BEGIN IMMEDIATE');
const COMMIT = CompiledQuery.raw('COMMIT');
const ROLLBACK = CompiledQuery.raw('ROLLBACK');
const SAVEPOINT = CompiledQuery.raw('SAVEPOINT unit');
const RELEASE = CompiledQuery.raw('RELEASE unit');
const ROLLBACK_TO = CompiledQuery.raw('ROLLBACK TO unit');

/** Units that weigh more than this share no commit, so that the first of a long queue is not kept waiting. */
const MOST_PER_COMMIT = 512;

/** What the queue asks of the connection beside Kysely. */
export interface Connection {
  run(sql: string): unknown;
  /** Resolves when what was committed before survives a power cut. */
  sync(): Promise<void>;
}

/**
 * Group commit: units of work that arrive while the disk is busy with the last commit share the next one, so that waiting
 * for the disk costs a busy service little and an idle one nothing. The wait itself keeps nobody from anything else.
 *
 * No unit is told it succeeded before the commit that holds it survives a power cut. There are two kinds of them:
 *
 * # units that wait
 * Reads and writes by Kysely, with promises in between. Each runs alone, under a savepoint: one that throws leaves nothing
 * behind and does not touch its neighbours.
 *
 * # units at once
 * What each event takes, by plain statements. They find out what speaks against them before they write, so they need no
 * savepoint, for which SQLite would copy every page they change. Should one throw all the same, its neighbours are run
 * again without it. Of what arrives together, they go before the units that wait.
 */
export class WriteQueue<Tables> {
  readonly #db: Kysely<Tables>;
  readonly #connection: Connection;
  #waiting: Unit<Tables>[] = [];
  #draining: Promise<void> | undefined;
  /**
   * Why the disk failed once. The system may have dropped what it could not write, and would call the next sync a success
   * all the same, so nothing is written any more until the database is opened anew.
   */
  #broken: unknown;
  #failing: unknown;
  #isHalfway = false;

  constructor(db: Kysely<Tables>, connection: Connection) {
    this.#db = db;
    this.#connection = connection;
  }

  run<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.#add<T>({ kind: 'waits', work, weight: 1 });
  }

  /**
   * @param onCommit called when it is committed, before anything else is; the disk may not have it yet. What it throws is
   *   told to the caller, though the unit is kept.
   * @param weight how many units of the usual size it is worth
   */
  runAtOnce<T>(work: () => T, { onCommit = () => {}, weight = 1 }: AtOnceOptions = {}): Promise<T> {
    return this.#add<T>({ kind: 'at-once', work, onCommit, weight });
  }

  /** True while a unit that waits is under way, and half of what it writes could be read. */
  get isHalfway(): boolean {
    return this.#isHalfway;
  }

  /** Why the last commit failed; undefined when it did not. */
  get failing(): unknown {
    return this.#failing;
  }

  /** Resolves when nothing is waiting or under way. */
  async idle(): Promise<void> {
    while (this.#draining) await this.#draining;
  }

  #add<T>(work: Work<Tables>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ ...work, resolve: resolve as (value: unknown) => void, reject });
      this.#draining ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    // Lets everything that arrived in this turn of the event loop join the first commit.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const units = this.#next();
      if (this.#broken !== undefined) {
        for (const { reject } of units) reject(this.#broken);
        continue;
      }

      const done = [
        ...this.#runAtOnce(units.filter(isAtOnce)),
        ...(await this.#runWaiting(units.filter((unit) => unit.kind === 'waits'))),
      ];
      await this.#settle(done);
    }

    this.#draining = undefined;
  }

  /** The units of the next commit: the first, and as many as come to no more than a commit may weigh. */
  #next(): Unit<Tables>[] {
    let weight = 0;
    const heavy = this.#waiting.findIndex((unit, index) => (weight += unit.weight) > MOST_PER_COMMIT && index > 0);
    return this.#waiting.splice(0, heavy === -1 ? this.#waiting.length : heavy);
  }

  async #settle(done: readonly Done[]): Promise<void> {
    try {
      if (done.length > 0) await this.#connection.sync();
    } catch (error) {
      this.#broken = error;
      this.#failing = error;
      for (const { fail } of done) fail(error);
      return;
    }

    if (done.length > 0) this.#failing = undefined;
    for (const { succeed } of done) succeed();
  }

  #runAtOnce(units: readonly AtOnce<Tables>[]): readonly Done[] {
    if (units.length === 0) return [];
    let values: unknown[];
    try {
      this.#connection.run('BEGIN IMMEDIATE');
      values = units.map(({ work }) => work());
      this.#connection.run('COMMIT');
    } catch (error) {
      this.#rollBack();
      // A disk that is full for all is full for each of them.
      if (isUnavailable(error)) {
        this.#failing = error;
        for (const { reject } of units) reject(error);
        return [];
      }

      const [only, ...others] = units;
      if (others.length > 0) return units.flatMap((unit) => this.#runAtOnce([unit]));
      only?.reject(error);
      return [];
    }

    return units.map((unit, index) => committed(unit, values[index]));
  }

  #rollBack(): void {
    try {
      this.#connection.run('ROLLBACK');
    } catch {
      // After some failures (a full disk) SQLite has rolled back by itself, and says so by refusing.
    }
  }

  async #runWaiting(units: readonly Waits<Tables>[]): Promise<readonly Done[]> {
    if (units.length === 0) return [];
    const done: Done[] = [];
    this.#isHalfway = true;
    try {
      await this.#db.connection().execute(async (db) => {
        await db.executeQuery(BEGIN);
        try {
          for (const unit of units) done.push(await runUnit(db, unit));
          await db.executeQuery(COMMIT);
        } catch (error) {
          await db.executeQuery(ROLLBACK).catch(() => undefined);
          throw error;
        }
      });
      return done;
    } catch (error) {
      this.#failing = error;
      for (const unit of units) unit.reject(error);
      return [];
    } finally {
      this.#isHalfway = false;
    }
  }
}

export interface AtOnceOptions {
  readonly onCommit?: () => void;
  readonly weight?: number;
}

type Work<Tables> = { readonly weight: number } & (
  | { readonly kind: 'waits'; readonly work: (db: Kysely<Tables>) => Promise<unknown> }
  | { readonly kind: 'at-once'; readonly work: () => unknown; readonly onCommit: () => void }
);

type Unit<Tables> = Work<Tables> & {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
};
type Waits<Tables> = Extract<Unit<Tables>, { kind: 'waits' }>;
type AtOnce<Tables> = Extract<Unit<Tables>, { kind: 'at-once' }>;

function isAtOnce<Tables>(unit: Unit<Tables>): unit is AtOnce<Tables> {
  return unit.kind === 'at-once';
}

/** How a unit's caller is told, once the disk has what it wrote or cannot have it. */
interface Done {
  readonly succeed: () => void;
  readonly fail: (error: unknown) => void;
}

/** Tells a unit that ran at once that it is committed. What throws there is told to its caller: nobody else has a part in it. */
function committed<Tables>({ onCommit, resolve, reject }: AtOnce<Tables>, value: unknown): Done {
  try {
    onCommit();
    return { succeed: () => resolve(value), fail: reject };
  } catch (error) {
    return { succeed: () => reject(error), fail: reject };
  }
}

/** Runs one unit under a savepoint of its own. */
async function runUnit<Tables>(db: Kysely<Tables>, { work, resolve, reject }: Waits<Tables>): Promise<Done> {
  await db.executeQuery(SAVEPOINT);
  try {
    const value = await work(db);
    await db.executeQuery(RELEASE);
    return { succeed: () => resolve(value), fail: reject };
  } catch (error) {
    try {
      await db.executeQuery(ROLLBACK_TO);
      await db.executeQuery(RELEASE);
    } catch {
      // SQLite has rolled back the whole batch by itself (a full disk), so that the batch fails, and with the cause.
      throw error;
    }

    return { succeed: () => reject(error), fail: reject };
  }
}
