import { CalReplyError, systemErrorCode } from '../errors.js';
import { backoff } from '../util/backoff.js';
import { sleep, type Clock } from '../util/clock.js';

export interface PersistentlyOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether the service answered before: then it is there, and comes back. */
  readonly hasAnswered: () => boolean;
  /** Before each further try. */
  readonly onRetry?: (error: CalReplyError) => void;
  readonly random?: () => number;
}

/** Long enough for a service that is restarted. */
const TRIES = 8;
const WAIT = { first: 250, most: 5_000 };

/**
 * Makes a call, and makes it again when its answer was lost or the service could not take it: it has to be one that may
 * be made twice, such as under an idempotency key.
 *
 * Not tried again: a call that was refused, and a service that was never there.
 */
export async function persistently<T>(call: () => Promise<T>, options: PersistentlyOptions): Promise<T> {
  const { clock, signal, onRetry, random = Math.random } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof CalReplyError) || !mayPass(error, options) || attempt === TRIES || signal.aborted) {
        throw error;
      }

      onRetry?.(error);
      await sleep(clock, backoff(attempt, WAIT, random()), signal);
    }
  }
}

function mayPass(error: CalReplyError, { hasAnswered }: PersistentlyOptions): boolean {
  if (error.code === 'ServiceUnavailable') return true;
  if (error.code !== 'ServiceUnreachable') return false;
  // Without a cause, something else answered.
  return hasAnswered() || (error.cause !== undefined && !NOWHERE.has(systemErrorCode(error.cause) ?? ''));
}

/** Nothing is there to connect to. */
const NOWHERE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']);
