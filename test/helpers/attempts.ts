import type { Attempt } from '../../src/model/notification.js';
import type { ClaimedNotification, Store } from '../../src/store/store.js';

/** How an attempt went: its status (null: no answer), how long it took, and whether it is tried again later. */
export interface Went {
  readonly status?: number | null;
  readonly durationMs?: number;
  /** When the next attempt is due; without it this one was the last. */
  readonly againAt?: number;
}

/** Attempts everything that is due at a time, straight at the store; without `how` all is delivered. */
export async function attemptDue(
  store: Store,
  at: number,
  how: (notification: ClaimedNotification) => Went = () => ({}),
): Promise<void> {
  const claim = { claim: 'test', now: at, until: at + 1000, limit: 10_000, perWebhook: 10_000, reachableListeners: [] };
  for (const notification of (await store.claim(claim)).claimed) {
    const { status = 200, durationMs = 1, againAt } = how(notification);
    const error = status === null ? 'timeout' : null;
    const attempt: Attempt = {
      number: notification.attempt,
      startedAt: at,
      durationMs,
      status,
      error,
      answer: '',
      location: null,
    };
    const end = status === 200 ? 'delivered' : 'failed';
    const next = againAt === undefined ? ({ status: end } as const) : ({ status: 'pending', dueAt: againAt } as const);
    await store.recordAttempt({ claim: 'test', notificationId: notification.id, attempt, next });
  }
}
