import type { EventType } from '../../src/model/event-types.js';
import type { Store } from '../../src/store/store.js';
import { newGuid } from '../../src/util/ids.js';
import { accept } from './open-store.js';

/** What an event about a subscription says, beside its type. */
export interface Told {
  /** When it happened; ISO 8601. */
  readonly at: string;
  /** The subscription. */
  readonly id?: string;
  readonly calendar?: string;
  readonly email?: string;
  readonly tags?: readonly string[];
  readonly isTest?: boolean;
  /** Other fields of Subscription Details. */
  readonly [field: string]: unknown;
}

/** Accepts an event about a subscription, as CalReply would send it. */
export async function tell(store: Store, eventType: EventType, told: Told): Promise<void> {
  const { at, id = newGuid(), calendar = 'sports', email, tags, isTest = false, ...fields } = told;
  const eventId = newGuid();
  const subscription = {
    calendarSubscriptionId: id,
    calendarCode: calendar,
    subscriberEmail: email,
    calendarTags: tags?.map((tagName) => ({ tagId: newGuid(), tagName })),
    ...(eventType === 'Unsubscribe'
      ? { removedDateTimeUtc: at.replace('T', ' ').replace('Z', '.000000') }
      : { createdDateTimeUtc: at }),
    ...fields,
  };
  const body = { eventId, eventType, eventDetails: { calendarSubscriptionId: id, subscription } };
  await accept(store, {
    ...{ id: eventId, type: eventType, isTest, subscriptionId: id, calendarCode: calendar },
    createdAt: Math.max(Date.parse(at), Date.parse('2026-06-01T00:00:00Z')),
    body: Buffer.from(JSON.stringify(body)),
  });
}
