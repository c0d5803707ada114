import { isSuccess } from '../model/notification.js';
import type { Outcome } from './destination.js';

/** CalReply keeps trying for thirty minutes, “a few minutes apart”. Times in milliseconds. */
const GIVE_UP_AFTER = 30 * 60_000;
/** The waits after the first and second attempt; after each further one, the last of them. */
const WAITS = [5_000, 30_000, 180_000] as const;
/** Each wait is up to a fifth shorter or longer, so that what failed together is not retried together. */
const JITTER = 0.2;
/** A receiver may ask for more time with Retry-After, up to this; no other wait is as long. */
export const LONGEST_WAIT = 15 * 60_000;

/** What becomes of a notification after an attempt. */
export type Decision =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly at: number }
  | { readonly kind: 'give-up' }
  /** The receiver answered 410 Gone: it wants nothing more. */
  | { readonly kind: 'give-up-and-disable' };

export interface AttemptFacts {
  /** 1 for the first of this schedule. */
  readonly attempt: number;
  readonly firstAttemptAt: number;
  readonly now: number;
  readonly outcome: Exclude<Outcome, { kind: 'unsent' }>;
  /** From 0 (included) to 1. */
  readonly random: number;
}

/**
 * The one place that decides on retries. Attempts are made at once, then after about 5 s and 30 s, then every 3 minutes
 * until 30 minutes are over.
 *
 * Redirects (3xx) are failures like any other, and are never followed. No 4xx is final but 410: receivers answer 401 or
 * 404 while they are being deployed, and thirty minutes are soon over. Of what brings no answer only one is final: a
 * listener that has no route for the type has none in five seconds either.
 */
export function decide({ attempt, firstAttemptAt, now, outcome, random }: AttemptFacts): Decision {
  if (outcome.kind === 'answered') {
    if (isSuccess(outcome.status)) return { kind: 'delivered' };
    if (outcome.status === 410) return { kind: 'give-up-and-disable' };
  } else if (outcome.error === 'no_route') {
    return { kind: 'give-up' };
  }

  const wait = WAITS[Math.min(attempt, WAITS.length) - 1] ?? WAITS[2];
  const jittered = wait * (1 + JITTER * (2 * random - 1));
  const at = now + Math.round(Math.max(jittered, askedWait(outcome, now)));
  return at > firstAttemptAt + GIVE_UP_AFTER ? { kind: 'give-up' } : { kind: 'retry', at };
}

/**
 * How long after its first attempt a schedule makes this one, without jitter, in milliseconds. For a listener this is the
 * time that has passed, whatever the clock says: what waits for a laptop that sleeps has had none of its thirty minutes.
 *
 * @param attempt 1 for the first
 */
export function timeInSchedule(attempt: number): number {
  const waits = Array.from({ length: attempt - 1 }, (_, index) => WAITS[Math.min(index, WAITS.length - 1)] ?? WAITS[2]);
  return waits.reduce<number>((sum, wait) => sum + wait, 0);
}

/** How long a receiver that is overloaded (429, 503) asks to be left alone; 0 when it does not ask. */
function askedWait(outcome: AttemptFacts['outcome'], now: number): number {
  if (outcome.kind !== 'answered' || (outcome.status !== 429 && outcome.status !== 503)) return 0;
  return Math.min(parseRetryAfter(outcome.retryAfter, now), LONGEST_WAIT);
}

/**
 * Milliseconds to wait by a Retry-After header (RFC 9110, section 10.2.3): seconds, or a date. 0 when it is neither.
 */
export function parseRetryAfter(header: string | undefined, now: number): number {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // `Date.parse` alone finds a date in almost anything, such as “soon 2050”.
  if (!HTTP_DATE.test(text)) return 0;
  // The oldest of the three forms names no zone, and would be taken for local time.
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(date) ? 0 : Math.max(date - now, 0);
}

/** How each of the three forms of a date starts: `Sun, 06 Nov 1994`, `Sunday, 06-Nov-94`, `Sun Nov  6`. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*(, \d\d[ -][A-Z][a-z]{2}[ -]| [A-Z][a-z]{2} [ \d]\d )/;
