import type { ApiClient } from '../api/client.js';
import type { NotificationResource } from '../api/contract.js';
import { CalReplyError } from '../errors.js';
import { sleep, systemClock } from '../util/clock.js';
import { count } from './output/text.js';

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

/** A notification that is to be attempted, as it was before. */
export type Awaited = Pick<NotificationResource, 'id' | 'attemptCount' | 'webhookUrl'>;

/** At most this many are looked at at once. */
const LOOKS_AT_ONCE = 8;

/**
 * The notifications of `sent`, in its order, once each was attempted again, delivered or given up. When nothing becomes
 * of any for 30 s, those that are left are returned as they are.
 *
 * @param sent as they were before they were sent, so that the attempt that is awaited can be told from those before
 */
export async function waitForOutcomes(api: ApiClient, sent: readonly Awaited[]): Promise<NotificationResource[]> {
  const known = new Map<string, NotificationResource>();
  let left = [...sent];
  let deadline = Date.now() + LIMIT;
  for (;;) {
    const stillLeft: Awaited[] = [];
    for (let i = 0; i < left.length; i += LOOKS_AT_ONCE) {
      const looks = left.slice(i, i + LOOKS_AT_ONCE).map(async (one) => {
        const { attempts: _, ...notification } = await api.notification(one.id);
        known.set(one.id, notification);
        if (notification.status === 'pending' && notification.attemptCount <= one.attemptCount) stillLeft.push(one);
      });
      await Promise.all(looks);
    }

    if (stillLeft.length < left.length) deadline = Date.now() + LIMIT;
    left = stillLeft;
    if (left.length === 0 || Date.now() > deadline) break;
    await sleep(systemClock, LOOK_EVERY);
  }

  return sent.flatMap(({ id }) => known.get(id) ?? []);
}

/** False for what goes to a listener: a service that ends with its command has none. */
export function goesToUrl({ webhookUrl }: Pick<NotificationResource, 'webhookUrl'>): boolean {
  return !webhookUrl.startsWith('listener:');
}

/** @throws {CalReplyError} NotificationFailed when one was not delivered */
export function expectDelivered(notifications: readonly NotificationResource[]): void {
  const undelivered = notifications.filter(({ status }) => status !== 'delivered');
  if (undelivered.length === 0) return;
  throw new CalReplyError(
    'NotificationFailed',
    `Not delivered: ${undelivered.length} of ${count(notifications.length, 'notification')}.`,
    { hint: `See why: calreply notifications show ${undelivered[0]?.id}` },
  );
}
