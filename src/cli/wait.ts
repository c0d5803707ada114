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

/** What a wait came to. */
export interface Waited {
  /** As they were when each was seen last. */
  readonly notifications: NotificationResource[];
  /** Why the wait ended early, such as a service that went away; undefined when it did not. */
  readonly failure: CalReplyError | undefined;
}

/** At most this many are looked at at once. */
const LOOKS_AT_ONCE = 8;

/**
 * The notifications of `sent`, in its order, once each was attempted again, delivered or given up: the schedule's next
 * try may be minutes away. What nothing will come of is not waited for: its webhook is off, or its listener was not
 * connected at the start. When nothing becomes of any for 30 s, those that are left are returned as they are. When the
 * service fails on the way, those that were never seen are left out.
 */
export async function waitForNotifications(
  api: Pick<ApiClient, 'notification'>,
  sent: readonly Awaited[],
  clock: Clock = systemClock,
): Promise<Waited> {
  const known = new Map<string, NotificationResource>();
  let left = sent;
  let isFirst = true;
  const look = async () => {
    const looks = await inBatches(left, LOOKS_AT_ONCE, async (one) => {
      const { attempts: _, ...notification } = await api.notification(one.id);
      known.set(one.id, notification);
      const { status, attemptCount, blockedBy } = notification;
      // A tunnel that breaks while its notification is waited for may come back.
      const isBlocked = blockedBy !== null && (isFirst || blockedBy !== 'listener_away');
      return status === 'pending' && attemptCount <= one.attemptCount && !isBlocked ? [one] : [];
    });
    isFirst = false;
    left = looks.flat();
    return left.length;
  };
  const failure = await failureOf(untilSettled(look, { clock }));
  return { notifications: sent.flatMap(({ id }) => known.get(id) ?? []), failure };
}

/** What nobody foresaw is thrown as it is. */
async function failureOf(work: Promise<void>): Promise<CalReplyError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof CalReplyError) return error;
    throw error;
  }
}

/**
 * `made`, the notifications that were made just now, as they are once those that are waited for were tried; as they were
 * made where nothing later is known.
 */
export async function waitForNew(
  api: Pick<ApiClient, 'notification'>,
  made: readonly NotificationResource[],
  waiting: Waiting,
): Promise<Waited> {
  const awaited = made.filter((one) => isAwaited(one, waiting));
  // The answer to a call that was made again may tell of attempts already.
  const sent = awaited.map(({ id }) => ({ id, attemptCount: 0 }));
  const { notifications, failure } = await waitForNotifications(api, sent);
  const outcomes = new Map(notifications.map((one) => [one.id, one]));
  return { notifications: made.map((one) => outcomes.get(one.id) ?? one), failure };
}

/**
 * Whether a command waits for a notification before it ends. A service that ends with the command must have tried before
 * it does, also when nobody asked for that. What nothing will come of is not waited for.
 */
export function isAwaited(
  { blockedBy }: Pick<NotificationResource, 'blockedBy'>,
  { wait, servesItself }: Waiting,
): boolean {
  return (wait || servesItself) && blockedBy === null;
}

export interface Waiting {
  /** --wait was given. */
  readonly wait: boolean;
  /** The service ends with this command. */
  readonly servesItself: boolean;
}

/** How the notifications went that a command waited for. */
export interface DeliveryCounts {
  readonly delivered: number;
  /** Given up, or pending although nothing keeps them. */
  readonly undelivered: number;
  /** Pending until their webhook is turned on, or their listener is connected. */
  readonly waiting: number;
  /** The first of the undelivered, else of the waiting. */
  readonly first: Pick<NotificationResource, 'id'> | undefined;
}

/** @param notifications as they are when the wait is over */
export function countsOf(notifications: readonly NotificationResource[]): DeliveryCounts {
  const waiting = notifications.filter(({ status, blockedBy }) => status === 'pending' && blockedBy !== null);
  const undelivered = notifications.filter((one) => one.status !== 'delivered' && !waiting.includes(one));
  return {
    delivered: notifications.length - undelivered.length - waiting.length,
    undelivered: undelivered.length,
    waiting: waiting.length,
    first: undelivered[0] ?? waiting[0],
  };
}

/**
 * The failure of a command that waited; undefined when all went well. What waits for its webhook or its listener is no
 * failure, unless somebody asked for just that, or nobody else was told either.
 *
 * @param isNamed the receivers, or the notifications, were named on the command line
 */
export function deliveryFailure(
  { delivered, undelivered, waiting, first }: DeliveryCounts,
  isNamed: boolean,
): CalReplyError | undefined {
  const countsWaiting = isNamed || delivered === 0;
  const failed = undelivered + (countsWaiting ? waiting : 0);
  if (failed === 0 || !first) return undefined;
  const all = count(delivered + undelivered + waiting, 'notification');
  const others = countsWaiting || waiting === 0 ? '' : `; ${waiting} wait`;
  return new CalReplyError('NotificationFailed', `Not delivered: ${failed} of ${all}${others}.`, {
    hint: `See why: calreply notifications show ${shellWord(first.id)}`,
  });
}
