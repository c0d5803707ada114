import type { ApiClient } from '../api/client.js';
import type { NotificationResource } from '../api/contract.js';
import { CalReplyError } from '../errors.js';
import { shellWord } from '../util/shell-word.js';
import { untilSettled } from '../trigger/until-settled.js';
import { systemClock, type Clock } from '../util/clock.js';
import { inBatches } from '../util/in-batches.js';
import { count } from './output/text.js';

/** A notification that is to be attempted. */
export interface Awaited {
  readonly id: string;
  /** How often it was attempted before: what is awaited is one attempt more. */
  readonly attemptCount: number;
}

/** At most this many are looked at at once. */
const LOOKS_AT_ONCE = 8;

/**
 * The notifications of `sent`, in its order, once each was attempted again, delivered or given up: the schedule's next
 * try may be minutes away. When nothing becomes of any for 30 s, those that are left are returned as they are.
 */
export async function waitForNotifications(
  api: Pick<ApiClient, 'notification'>,
  sent: readonly Awaited[],
  clock: Clock = systemClock,
): Promise<NotificationResource[]> {
  const known = new Map<string, NotificationResource>();
  let left = sent;
  const look = async () => {
    const looks = await inBatches(left, LOOKS_AT_ONCE, async (one) => {
      const { attempts: _, ...notification } = await api.notification(one.id);
      known.set(one.id, notification);
      return notification.status === 'pending' && notification.attemptCount <= one.attemptCount ? [one] : [];
    });
    left = looks.flat();
    return left.length;
  };
  await untilSettled(look, { clock });
  return sent.flatMap(({ id }) => known.get(id) ?? []);
}

/** `made`, the notifications that were made just now, as they are once those that are waited for were tried. */
export async function waitForNew(
  api: Pick<ApiClient, 'notification'>,
  made: readonly NotificationResource[],
  waiting: Waiting,
): Promise<NotificationResource[]> {
  const awaited = made.filter((one) => waitsFor(one, waiting));
  // The answer to a call that was made again may tell of attempts already.
  const sent = awaited.map(({ id }) => ({ id, attemptCount: 0 }));
  const outcomes = new Map((await waitForNotifications(api, sent)).map((one) => [one.id, one]));
  return made.map((one) => outcomes.get(one.id) ?? one);
}

/**
 * Whether a command waits for a notification before it ends. A service that ends with the command must have tried before
 * it does, also when nobody asked for that; no listener can have found it.
 */
export function waitsFor(
  { webhookUrl }: Pick<NotificationResource, 'webhookUrl'>,
  { wait, servesItself }: Waiting,
): boolean {
  return wait || (servesItself && !webhookUrl.startsWith('listener:'));
}

export interface Waiting {
  /** --wait was given. */
  readonly wait: boolean;
  /** The service ends with this command. */
  readonly servesItself: boolean;
}

/** The failure of a command that waited, as its notifications are now; undefined when each was delivered. */
export function deliveryFailure(notifications: readonly NotificationResource[]): CalReplyError | undefined {
  const undelivered = notifications.filter(({ status }) => status !== 'delivered');
  const [first] = undelivered;
  return first && notDelivered(first, undelivered.length, notifications.length);
}

/** @param first the first of those that were not delivered */
export function notDelivered(first: Pick<NotificationResource, 'id'>, undelivered: number, all: number): CalReplyError {
  return new CalReplyError('NotificationFailed', `Not delivered: ${undelivered} of ${count(all, 'notification')}.`, {
    hint: `See why: calreply notifications show ${shellWord(first.id)}`,
  });
}
