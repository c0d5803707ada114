import type { ApiClient } from '../api/client.js';
import type { NotificationResource } from '../api/contract.js';
import { sleep, systemClock } from '../util/clock.js';

/** How long to wait in all, and between two looks. In milliseconds. */
const LIMIT = 30_000;
const LOOK_EVERY = 200;

/**
 * The notifications of an event, once each was delivered, given up, or tried without success: the schedule's next try
 * may be minutes away. Those that are still on their way after 30 s are returned as they are.
 *
 * @param awaits false for a notification that nobody can deliver now, and that is not waited for
 */
export async function waitForNotifications(
  api: ApiClient,
  eventId: string,
  awaits: (notification: NotificationResource) => boolean = () => true,
): Promise<NotificationResource[]> {
  const deadline = Date.now() + LIMIT;
  for (;;) {
    const { notifications } = await api.notifications({ event: eventId, limit: 1000 });
    const settled = notifications
      .filter(awaits)
      .every(({ status, attemptCount }) => status !== 'pending' || attemptCount > 0);
    if (settled || Date.now() > deadline) return notifications.reverse();
    await sleep(systemClock, LOOK_EVERY);
  }
}
