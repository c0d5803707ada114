import type { ApiClient } from '../api/client.js';
import type { NotificationResource } from '../api/contract.js';
import type { Clock } from '../util/clock.js';
import { pages } from '../util/pages.js';
import { untilSettled } from './until-settled.js';

/** How the notifications of a run went. */
export interface Outcomes {
  readonly delivered: number;
  readonly failed: number;
  /** Tried without success and to be tried again, or not tried yet. */
  readonly pending: number;
  /** Pending until their webhook is turned on, or their listener is connected. */
  readonly waiting: number;
  /** The first of those that were not delivered. */
  readonly undelivered: readonly NotificationResource[];
}

export interface OutcomeOptions {
  readonly api: Pick<ApiClient, 'notifications'>;
  /** The ids of the notifications. */
  readonly ids: ReadonlySet<string>;
  /** Those of them that are not waited for: something kept them from being sent from the start. */
  readonly blocked: ReadonlySet<string>;
  /** None of them is older, by the service's clock. */
  readonly since: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** So many were tried, or waited for in vain. */
  readonly onSettled: (count: number) => void;
}

const MOST_SHOWN = 5;

/**
 * Waits until each notification was tried: the schedule's next try may be minutes away. Looks at what is pending as a
 * whole, not at each: ten thousand are ten calls a look.
 */
export async function waitForOutcomes(options: OutcomeOptions): Promise<Outcomes> {
  const { clock, signal, ids, blocked, onSettled } = options;
  let pending: readonly NotificationResource[] = [];
  const look = async () => {
    const all = await newest(options, 'pending');
    pending = all.filter(({ id }) => ids.has(id));
    // A tunnel that breaks while its notification is waited for may come back.
    const { length } = unsettled(pending, all).filter(
      ({ id, blockedBy }) => !blocked.has(id) && blockedBy !== 'webhook_off',
    );
    onSettled(ids.size - length);
    return length;
  };
  await untilSettled(look, { clock, signal });

  const failed = (await newest(options, 'failed')).filter(({ id }) => ids.has(id));
  const failedIds = new Set(failed.map(({ id }) => id));
  // Given up between the two looks.
  const left = pending.filter(({ id }) => !failedIds.has(id)).toReversed();
  const waiting = left.filter(({ blockedBy }) => blockedBy !== null);
  const stillPending = left.filter(({ blockedBy }) => blockedBy === null);
  return {
    delivered: ids.size - failed.length - left.length,
    failed: failed.length,
    pending: stillPending.length,
    waiting: waiting.length,
    undelivered: [...failed.reverse(), ...stillPending, ...waiting].slice(0, MOST_SHOWN),
  };
}

/** All notifications in a state that may be of the run, newest first. */
async function newest(
  { api, since }: OutcomeOptions,
  status: 'pending' | 'failed',
): Promise<readonly NotificationResource[]> {
  const found: NotificationResource[] = [];
  for await (const { notifications } of pages((cursor) => api.notifications({ status, limit: 1000, cursor }))) {
    found.push(...notifications.filter(({ createdAt }) => createdAt >= since));
    const oldest = notifications.at(-1);
    // Asking for those since a time would make the service read all older ones as well.
    if (oldest === undefined || oldest.createdAt < since) break;
  }

  return found;
}

/** Those that will be tried soon. What waits behind one that was tried in vain waits as long as that one does. */
function unsettled(
  pending: readonly NotificationResource[],
  all: readonly NotificationResource[],
): readonly NotificationResource[] {
  const place = ({ webhookId, subscriptionId }: NotificationResource) => `${webhookId} ${subscriptionId}`;
  const held = new Set(
    all.filter(({ attemptCount, subscriptionId }) => attemptCount > 0 && subscriptionId !== null).map(place),
  );
  return pending.filter((one) => one.attemptCount === 0 && !held.has(place(one)));
}
