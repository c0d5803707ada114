import type { Attempt } from '../model/notification.js';
import type { Outcome } from './destination.js';

/** How an attempt is kept in the history. */
export function attemptOf(number: number, startedAt: number, outcome: Exclude<Outcome, { kind: 'unsent' }>): Attempt {
  const { durationMs } = outcome;
  if (outcome.kind === 'unanswered') {
    return { number, startedAt, durationMs, status: null, error: outcome.error, answer: null, location: null };
  }

  const { status, answer, location = null } = outcome;
  return { number, startedAt, durationMs, status, error: null, answer, location };
}
