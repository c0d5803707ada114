import { CalReplyError } from '../errors.js';
import type { Account } from '../model/account.js';
import type { EventObject } from '../model/event.js';
import { webhookOff } from '../model/retry-refusal.js';
import { newNotification, type NewNotification, type Notification } from '../model/notification.js';
import type { AcceptedEvent, Store } from '../store/store.js';
import type { TriggerEvent } from './contract.js';
import { makeEvent } from './event-making.js';
import { unknownWebhook } from './not-found.js';
import { storedEvent } from './routes/events.js';

/** What a call of `POST /v1/events` asks for, ready to be kept. */
export interface Triggering {
  readonly events: readonly AcceptedEvent[];
  /** The events with the notifications that were made of them. */
  triggered(notifications: readonly (readonly NewNotification[])[]): readonly Triggered[];
}

/** An event that a call made, with its notifications. */
export interface Triggered {
  readonly event: EventObject;
  readonly notifications: readonly Notification[];
}

/**
 * Makes the events that a call asks for and finds who is to be told. Keeps nothing.
 *
 * @throws {CalReplyError} InvalidRequest, UnknownEventType, NotFound, Conflict, TooLarge: whatever speaks against one of
 *   the events, with its place when there may be many
 */
export async function triggeringOf(
  store: Pick<Store, 'isWebhookOn' | 'webhooks' | 'calendars'>,
  account: Account,
  body: TriggerEvent,
  now: number,
): Promise<Triggering> {
  const asked = body.events ?? [body];
  const calendars = asked.some(({ event }) => !event) ? await store.calendars(account.id) : [];
  const to = body.to && (await namedOnce(store, account.id, body.to));
  const made = eachEvent(body, (one) => {
    const { event, isNewId } = makeEvent(one, account, calendars, now);
    return { event, accepted: { event: storedEvent(account, event, { source: 'trigger', now }), isNewId, to } };
  });
  return {
    events: made.map(({ accepted }) => accepted),
    triggered: (notifications) =>
      made.map(({ event, accepted }, index) => ({
        event,
        notifications: (notifications[index] ?? []).map((one) => newNotification(accepted.event, one)),
      })),
  };
}

/**
 * The webhooks that a call names, each once.
 *
 * @throws {CalReplyError} NotFound when one is none, Conflict when one is off
 */
async function namedOnce(
  store: Pick<Store, 'isWebhookOn' | 'webhooks'>,
  accountId: string,
  named: readonly string[],
): Promise<readonly string[]> {
  const ids = [...new Set(named)];
  for (const id of ids) {
    const isOn = await store.isWebhookOn(accountId, id);
    if (isOn === undefined) throw unknownWebhook(id, await store.webhooks(accountId));
    if (!isOn) throw webhookOff(id);
  }

  return ids;
}

/** What a call under a known idempotency key made, with the notifications as they are now. */
export async function triggeredBefore(
  store: Pick<Store, 'event' | 'notifications'>,
  account: Account,
  eventIds: readonly string[],
): Promise<readonly Triggered[]> {
  const triggered: Triggered[] = [];
  for (const eventId of eventIds) {
    const stored = await store.event(account.id, eventId);
    // Retention takes the oldest of a call first.
    if (!stored) continue;
    const event = JSON.parse(stored.body.toString('utf8')) as EventObject;
    const { items } = await store.notifications(account.id, { eventId, limit: 1000 });
    triggered.push({ event, notifications: items.toReversed() });
  }

  return triggered;
}

/** Does `work` for each event of a call; what it throws names the place of the event among many. */
function eachEvent<T>(body: TriggerEvent, work: (asked: TriggerEvent) => T): readonly T[] {
  if (!body.events) return [work(body)];
  return body.events.map((asked, index) => {
    try {
      return work(asked);
    } catch (error) {
      throw atPlace(body, index, error);
    }
  });
}

/** The error with the place of the event that it is about, when a call has many: nothing of the call is kept. */
export function atPlace({ events }: TriggerEvent, index: number, error: unknown): unknown {
  if (!events || !(error instanceof CalReplyError)) return error;
  const { code, hint, message } = error;
  return new CalReplyError(code, `events[${index}]: ${message} None of the ${events.length} was kept.`, {
    cause: error,
    ...(hint !== undefined && { hint }),
  });
}
