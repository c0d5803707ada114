import type { ApiClient } from '../api/client.js';
import type { NotificationQuery, NotificationResource, RefusedRetry } from '../api/contract.js';
import { CalReplyError, ERRORS, type ErrorCode } from '../errors.js';
import { INBOX_TYPE } from '../model/event-types.js';
import { retryRefusal } from '../model/retry-refusal.js';
import { inBatches } from '../util/in-batches.js';
import { pages } from '../util/pages.js';
import type { RetryAnswer } from './output/listen-screen/actions.js';
import { progressBar } from './output/progress.js';
import { count } from './output/text.js';

/** The service takes as many at once. */
const BATCH = 100;
const MOST_IN_PAGE = 1000;
/** Named ones are looked at one by one, at most this many at once. */
const LOOKS_AT_ONCE = 8;

/** What many notifications are chosen by: they were given up, or were tried in vain and are to be tried again. */
export type Chosen = 'failed' | 'pending';

/** Every notification of a kind that fits, oldest first. */
export async function chosenNotifications(
  api: Pick<ApiClient, 'notifications'>,
  status: Chosen,
  filter: Omit<NotificationQuery, 'status' | 'limit' | 'cursor'>,
): Promise<NotificationResource[]> {
  const found: NotificationResource[] = [];
  const list = pages((cursor) => api.notifications({ ...filter, status, limit: MOST_IN_PAGE, cursor }));
  for await (const { notifications } of list) {
    // What was not tried yet is on its way already.
    found.push(...notifications.filter(({ attemptCount }) => status === 'failed' || attemptCount > 0));
  }

  return found.reverse();
}

/** Those of `ids` that there are, in their order. */
export async function namedNotifications(api: ApiClient, ids: readonly string[]): Promise<NotificationResource[]> {
  const found = await inBatches(ids, LOOKS_AT_ONCE, async (id) => {
    try {
      return [await api.notification(id)];
    } catch (error) {
      // The service says it better when it is to send that one again.
      if (error instanceof CalReplyError && error.code === 'NotFound') return [];
      throw error;
    }
  });
  return found.flat();
}

/** What became of notifications that were to be sent again. */
export interface RetryOutcome {
  readonly retried: string[];
  readonly refused: RefusedRetry[];
}

/** What would become of notifications that were sent again now. */
export function foreseen(notifications: readonly NotificationResource[]): RetryOutcome {
  const outcome: RetryOutcome = { retried: [], refused: [] };
  for (const notification of notifications) {
    const { id, blockedBy, eventType } = notification;
    const refusal = retryRefusal({ ...notification, isInbox: eventType === INBOX_TYPE }, blockedBy);
    if (refusal) outcome.refused.push({ id, code: refusal.code, reason: refusal.message });
    else outcome.retried.push(id);
  }

  return outcome;
}

/**
 * Sends notifications again in the order of `ids`, in batches, with a bar that shows how far it is.
 *
 * @returns what became of them; with a `failure` when the service failed on the way, of those before
 * @throws {CalReplyError} when the service failed at the first of them
 */
export async function retryAll(
  api: Pick<ApiClient, 'retryNotifications'>,
  ids: readonly string[],
): Promise<RetryOutcome & { readonly failure?: CalReplyError }> {
  const outcome: RetryOutcome = { retried: [], refused: [] };
  const bar = ids.length > BATCH ? progressBar('notifications', ids.length) : undefined;
  try {
    for (let i = 0; i < ids.length; i += BATCH) {
      const { retried, refused } = await api.retryNotifications(ids.slice(i, i + BATCH));
      outcome.retried.push(...retried);
      outcome.refused.push(...refused);
      bar?.update(Math.min(i + BATCH, ids.length));
    }
    return outcome;
  } catch (error) {
    const isFirst = outcome.retried.length + outcome.refused.length === 0;
    if (isFirst || !(error instanceof CalReplyError)) throw error;
    return { ...outcome, failure: error };
  } finally {
    bar?.end();
  }
}

/** Sends one notification again, and says in a sentence what came of it. Does not reject. */
export async function retryOne(api: Pick<ApiClient, 'retryNotifications'>, id: string): Promise<RetryAnswer> {
  try {
    const { refused } = await api.retryNotifications([id]);
    if (refused[0]) return { isSent: false, text: `✗ ${refused[0].reason}` };
    return { isSent: true, text: `✓ ${id} is on its way again.` };
  } catch (error) {
    const hint = error instanceof CalReplyError ? error.hint : undefined;
    const text = ['✗', (error as Error).message, hint].filter((part) => part !== undefined).join(' ');
    return { isSent: false, text };
  }
}

/** The failure of a command that named so many notifications; undefined when none was refused. */
export function refusalOf(
  { refused }: { readonly refused: readonly RefusedRetry[] },
  named: number,
): CalReplyError | undefined {
  const [first] = refused;
  if (!first) return undefined;
  const { id, code, reason } = first;
  const sentence =
    named === 1 ? reason : `Refused: ${refused.length} of ${count(named, 'notification')}. ${id}: ${reason}`;
  // A newer service may refuse for what is not known here.
  return new CalReplyError(isErrorCode(code) ? code : 'Conflict', sentence);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
