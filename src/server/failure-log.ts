import type { Clock } from '../util/clock.js';

/** Tells of failures without flooding the log. */
export interface FailureLog {
  /**
   * Something failed. The first of its kind is told at once, those that follow as a count each minute, and the end of it
   * once none came for a while.
   *
   * @param what says what failed, such as `the delivery engine failed`; the same failure has the same words
   * @param facts what else is told of the first
   */
  failed(what: string, error: unknown, facts?: object): void;
  /** Tells no more. */
  stop(): void;
}

/** What is asked of a logger. */
interface FailureLogger {
  error(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** A failure that goes on is told again so often, in milliseconds. */
const TELL_EVERY = 60_000;
/** It is over when none came for so long, in milliseconds: what tries again does so every second. */
const OVER_AFTER = 10_000;
/** So many kinds are told apart. A message with an id in it makes a kind each time. */
const MOST_KINDS = 50;

export function failureLog(logger: FailureLogger, clock: Clock): FailureLog {
  const going = new Map<string, Going>();

  const begin = (kind: string, what: string, error: unknown, facts: object | undefined) => {
    logger.error({ ...facts, err: error }, what);
    const now = clock.now();
    const failure: Going = { what, since: now, last: now, told: now, count: 0, cancel: () => {} };
    going.set(kind, failure);
    const look = () => {
      const now = clock.now();
      const { since, last, told, count } = failure;
      if (now - last >= OVER_AFTER) {
        going.delete(kind);
        // What failed once is no state that ends.
        if (count > 1) logger.warn({ times: count, seconds: Math.round((last - since) / 1000) }, `over: ${what}`);
        return;
      }

      if (now - told >= TELL_EVERY) {
        logger.error({ times: count, seconds: Math.round((now - since) / 1000) }, `still: ${what}`);
        failure.told = now;
      }
      failure.cancel = clock.after(OVER_AFTER, look);
    };
    failure.cancel = clock.after(OVER_AFTER, look);
    return failure;
  };

  return {
    failed(what, error, facts) {
      const kind = kindOf(going, what, error);
      const failure = going.get(kind) ?? begin(kind, what, error, facts);
      failure.count += 1;
      failure.last = clock.now();
    },
    stop() {
      for (const { cancel } of going.values()) cancel();
      going.clear();
    },
  };
}

/** A kind of failure that goes on. Times are milliseconds since 1970. */
interface Going {
  readonly what: string;
  readonly since: number;
  last: number;
  told: number;
  count: number;
  cancel: () => void;
}

function kindOf(going: ReadonlyMap<string, unknown>, what: string, error: unknown): string {
  const kind = `${what}: ${error instanceof Error ? `${error.name} ${error.message}` : String(error)}`;
  return going.has(kind) || going.size < MOST_KINDS ? kind : what;
}
