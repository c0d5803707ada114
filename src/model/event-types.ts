/** The eight values of `eventType` in CalReply's webhooks, version 2. */
export const EVENT_TYPES = [
  'Subscribe',
  'Unsubscribe',
  'SubscriptionDetailsUpdated',
  'SubscriptionEventAdded',
  'SubscriptionEventUpdated',
  'SubscriptionEventRemoved',
  'SubscriptionEventDeleted',
  'Test',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** What makes CalReply send an event of each type. */
export const EVENT_TYPE_TRIGGERS: Readonly<Record<EventType, string>> = {
  Subscribe: 'someone subscribes to a calendar',
  Unsubscribe: 'someone unsubscribes from a calendar',
  SubscriptionDetailsUpdated: 'a subscriber changes tags, opt-ins or other details',
  SubscriptionEventAdded: 'a personal event is added to a subscription',
  SubscriptionEventUpdated: 'a personal event changes for all who have it',
  SubscriptionEventRemoved: 'a subscriber takes a personal event off',
  SubscriptionEventDeleted: 'a personal event is deleted for all who have it',
  Test: 'someone presses “Trigger test event”',
};

/** The type of what came in at an inbox and is no Event Object: no event of CalReply has it. */
export const INBOX_TYPE = 'Inbox';

/** Every type in the history: what came in at an inbox may be of each. */
export const HISTORY_TYPES = [...EVENT_TYPES, INBOX_TYPE] as const;

export type HistoryType = (typeof HISTORY_TYPES)[number];

/** `SubscriptionEventAdded` → `subscription-event-added`: how a type is written on the command line. */
export function kebabEventType(type: string): string {
  return type.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}

/**
 * The type that `text` names, in either spelling and any case, or undefined. CalReply's own sample prints
 * `SubscriptionDetailsUpdate`, so that is read as well.
 */
export function parseEventType(text: string): EventType | undefined {
  const key = fold(text);
  if (key === 'subscriptiondetailsupdate') return 'SubscriptionDetailsUpdated';
  return EVENT_TYPES.find((type) => fold(type) === key);
}

const fold = (text: string) => text.replace(/[-_ ]/g, '').toLowerCase();

/** The type in the history that `text` names: one of events, or that of what came in at an inbox. */
export function parseHistoryType(text: string): HistoryType | undefined {
  return text.toLowerCase() === INBOX_TYPE.toLowerCase() ? INBOX_TYPE : parseEventType(text);
}
