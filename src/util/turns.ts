/** Lets only so many pieces of work run at once, for each key; the others wait for their turn, as they came. */
export class Turns {
  readonly #atOnce: number;
  readonly #lines = new Map<string, Line>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** How many wait under a key. */
  waiting(key = ''): number {
    return this.#lines.get(key)?.waiting.size ?? 0;
  }

  /**
   * Runs `work` when there is room under `key`.
   *
   * @param signal ends the waiting, with its reason; what runs must heed it itself
   */
  async take<T>(work: () => Promise<T>, { key = '', signal }: TurnOptions = {}): Promise<T> {
    const line = this.#lines.get(key) ?? { running: 0, waiting: new Set() };
    this.#lines.set(key, line);
    if (line.running < this.#atOnce) line.running += 1;
    // Who ends hands over the place, so that nobody who comes now is before those that wait.
    else await turn(line, signal);
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      const [next] = line.waiting;
      if (next) next();
      else if ((line.running -= 1) === 0) this.#lines.delete(key);
    }
  }
}

export interface TurnOptions {
  /** Work of one key does not wait for that of another. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

interface Line {
  running: number;
  /** Each calls the one that waits, in the order they came. */
  readonly waiting: Set<() => void>;
}

function turn({ waiting }: Line, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      waiting.delete(called);
      signal?.removeEventListener('abort', onAbort);
    };
    const called = () => {
      leave();
      resolve();
    };
    const onAbort = () => {
      leave();
      reject(signal?.reason as Error);
    };
    if (signal?.aborted) return reject(signal.reason as Error);
    waiting.add(called);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
