import type { EventSummary, NotificationResource } from '../api/contract.js';

/** An event that was triggered or sent again, as far as a run looks at it. */
export interface SentEvent {
  readonly event: Pick<EventSummary, 'eventId' | 'eventType'>;
  readonly notifications: readonly NotificationResource[];
}
