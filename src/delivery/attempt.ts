import type { Attempt } from '../model/notification.js';
import type { AttemptRecord, ClaimedNotification } from '../store/store.js';
import type { Moment } from './clock-jumps.js';
import type { Outcome } from './destination.js';
import { decide, timeInSchedule } from './retry-schedule.js';

/** An outcome that counts as an attempt. */
type Attempted = Exclude<Outcome, { kind: 'unsent' }>;

export interface AttemptFacts {
  /** Of the process that made the attempt. */
  readonly claim: string;
  /** When the attempt began. */
  readonly start: Moment;
  readonly now: number;
  /** From 0 (included) to 1. */
  readonly random: number;
}

/** What is kept of an attempt, with what becomes of its notification. */
export function attemptRecord(
  { id: notificationId, attempt, scheduleAttempt, firstAttemptAt, webhook }: ClaimedNotification,
  outcome: Attempted,
  { claim, start: { at, isMoved }, now, random }: AttemptFacts,
): AttemptRecord {
  const isListener = webhook.listenerId !== null;
  // A listener may have held it for hours, since nothing listened at its app.
  const startedAt = isListener ? now - outcome.durationMs : at;
  // By another date, the schedule began with this attempt: see `moveTimes`.
  const inSchedule = isMoved ? 1 : scheduleAttempt;
  const decision = decide({
    attempt: inSchedule,
    firstAttemptAt: isListener ? now - timeInSchedule(inSchedule) : isMoved ? startedAt : (firstAttemptAt ?? startedAt),
    now,
    outcome,
    random,
  });
  return {
    claim,
    notificationId,
    attempt: attemptOf(attempt, startedAt, outcome),
    next:
      decision.kind === 'retry'
        ? { status: 'pending', dueAt: decision.at }
        : { status: decision.kind === 'delivered' ? 'delivered' : 'failed' },
    // A listener's webhook is its tunnel: one path of an app that is gone says nothing about the rest.
    ...(decision.kind === 'give-up-and-disable' &&
      webhook.listenerId === null && { disableWebhook: 'The receiver answered 410 Gone.' }),
  };
}

/** How an attempt is kept in the history. */
export function attemptOf(number: number, startedAt: number, outcome: Attempted): Attempt {
  const { durationMs } = outcome;
  if (outcome.kind === 'unanswered') {
    return { number, startedAt, durationMs, status: null, error: outcome.error, answer: null, location: null };
  }

  const { status, answer, location = null } = outcome;
  return { number, startedAt, durationMs, status, error: null, answer, location };
}
