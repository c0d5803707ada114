import { isSuccess, type Attempt, type Notification } from './notification.js';

/**
 * A line of the history as it grew: a notification was made (`attempt` is null), or an attempt at it ended.
 *
 * `notification` is told as this entry left it. The last entry of a notification tells it as it stands now: so one that
 * was given up because its webhook was removed, which is no attempt, is told as failed from then on.
 */
export interface HistoryEntry {
  readonly notification: Notification;
  readonly attempt: Attempt | null;
}

/** A notification was made. */
export function createdEntry(notification: Notification): HistoryEntry {
  if (notification.attemptCount === 0) return { notification, attempt: null };
  return { notification: { ...notification, ...UNSENT }, attempt: null };
}

/** An attempt at a notification ended. */
export function attemptEntry(notification: Notification, attempt: Attempt): HistoryEntry {
  const after = { ...notification, attemptCount: attempt.number, lastStatus: attempt.status, lastError: attempt.error };
  if (isSuccess(attempt.status)) {
    const delivered = { status: 'delivered', nextAttemptAt: null, finishedAt: endOf(attempt) } as const;
    return { notification: { ...after, ...delivered }, attempt };
  }

  if (attempt.number === notification.attemptCount) return { notification, attempt };
  return { notification: { ...after, ...WAITING }, attempt };
}

/** When it happened, in milliseconds since 1970. */
export function timeOfEntry({ notification, attempt }: HistoryEntry): number {
  return attempt ? endOf(attempt) : notification.createdAt;
}

function endOf({ startedAt, durationMs }: Attempt): number {
  return startedAt + durationMs;
}

const WAITING = { status: 'pending', nextAttemptAt: null, finishedAt: null } as const;
const UNSENT = { ...WAITING, attemptCount: 0, lastStatus: null, lastError: null } as const;
