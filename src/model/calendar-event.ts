import type { Tag } from './account.js';
import type { SubscriptionDetails } from './subscription.js';

/** An entry of a calendar, for all who are subscribed to it. */
export interface CalendarEvent {
  /** GUID */
  readonly id: string;
  /** The merchant's own name for it; null for none. */
  readonly externalId: string | null;
  readonly title: string;
  readonly description: string | null;
  readonly location: string | null;
  /** Minutes before it at which people are reminded. */
  readonly reminderMinutes: number;
  /** A Windows time zone id, such as `Eastern Standard Time`, and its name in the IANA time zone database. */
  readonly timezone: string;
  readonly timezoneIanaId: string;
  /** Local to its time zone, such as `2026-11-28T19:00:00`. */
  readonly start: string;
  readonly end: string | null;
  /** When it starts, in milliseconds since 1970. */
  readonly startsAt: number;
  readonly tags: readonly Pick<Tag, 'id' | 'name'>[];
  readonly changedAt: number;
}

/** Tells whether a subscription shows an entry: by what was chosen for it, else by its tags; with none, all are shown. */
export function shownBy(details: SubscriptionDetails): (event: Pick<CalendarEvent, 'id' | 'tags'>) => boolean {
  const chosen = new Map((details.chosenEvents ?? []).map(({ id, isExcluded }) => [id, isExcluded]));
  const tags = new Set((details.tags ?? []).map(({ id }) => id));
  return (event) => {
    const isExcluded = chosen.get(event.id);
    if (isExcluded !== undefined) return !isExcluded;
    return tags.size === 0 || event.tags.some(({ id }) => tags.has(id));
  };
}
