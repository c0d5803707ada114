export interface BatchOptions {
  /** A batch weighs no more than this, unless it is one item. */
  readonly mostWeight: number;
  /** So many batches may be under way. */
  readonly atOnce: number;
  /** Whether a failure is of all items together, and not of one of them. */
  readonly concernsAll: (error: unknown) => boolean;
}

/** An item that was not dealt with, because of another of its batch: it is of the next one. */
export const NEXT_BATCH = Symbol('next batch');

/**
 * Gathers what arrives while others are under way, so that waiting for the database costs a busy service little and an idle
 * one nothing.
 */
export class Batches<Item, Result> {
  readonly #run: (items: readonly Item[]) => Promise<readonly (Result | typeof NEXT_BATCH)[]>;
  readonly #options: BatchOptions;
  #waiting: Waiting<Item, Result>[] = [];
  #running = 0;
  #isScheduled = false;
  #onIdle: (() => void)[] = [];

  /**
   * @param run deals with items together: all of them, or none when it throws. When it throws for a reason that may be that
   *   of one item, each is tried by itself.
   */
  constructor(
    run: (items: readonly Item[]) => Promise<readonly (Result | typeof NEXT_BATCH)[]>,
    options: BatchOptions,
  ) {
    this.#run = run;
    this.#options = options;
  }

  add(item: Item, weight = 1): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, weight, resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves when nothing is waiting or under way. */
  async idle(): Promise<void> {
    while (this.#running > 0 || this.#waiting.length > 0) {
      await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    }
  }

  #schedule(): void {
    if (this.#isScheduled || this.#running >= this.#options.atOnce) return;
    this.#isScheduled = true;
    // Lets everything that arrived in this turn of the event loop join.
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#running < this.#options.atOnce && this.#waiting.length > 0) void this.#start(this.#next());
    });
  }

  async #start(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    this.#running += 1;
    await this.#settle(batch);
    this.#running -= 1;
    if (this.#waiting.length > 0) return this.#schedule();
    if (this.#running > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** The first, and as many as come to no more than a batch may weigh. */
  #next(): readonly Waiting<Item, Result>[] {
    let total = 0;
    const end = this.#waiting.findIndex(
      ({ weight }, index) => (total += weight) > this.#options.mostWeight && index > 0,
    );
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#run(batch.map(({ item }) => item));
      const again: Waiting<Item, Result>[] = [];
      for (const [index, waiting] of batch.entries()) {
        const result = results[index] as Result | typeof NEXT_BATCH;
        if (result === NEXT_BATCH) again.push(waiting);
        else waiting.resolve(result);
      }

      this.#waiting.unshift(...again);
    } catch (error) {
      if (batch.length > 1 && !this.#options.concernsAll(error)) {
        for (const waiting of batch) await this.#settle([waiting]);
      } else for (const { reject } of batch) reject(error);
    }
  }
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly weight: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}
