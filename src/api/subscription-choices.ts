import type { Calendar } from '../model/account.js';
import type { ChosenEvent, SubscriptionDetails } from '../model/subscription.js';
import type { StoreReads } from '../store/store.js';

interface NamedTag {
  readonly internalId?: string | null | undefined;
  readonly externalId?: string | null | undefined;
}

/** The calendar's own tags among those asked for; unknown ones are ignored, as CalReply ignores unknown ids. */
export function chosenTags(calendar: Calendar, asked: readonly NamedTag[]): NonNullable<SubscriptionDetails['tags']> {
  const names = new Set(asked.flatMap((tag) => [tag.internalId, tag.externalId]).filter(Boolean));
  return calendar.tags
    .filter((tag) => names.has(tag.id) || names.has(tag.externalId))
    .map(({ id, name }) => ({ id, name }));
}

type Names = readonly string[] | null | undefined;

interface NamedEntries {
  readonly requestEventIds?: Names;
  readonly externalEventIds?: Names;
  readonly excludeRequestEventIds?: Names;
  readonly excludeExternalEventIds?: Names;
}

/** The calendar's own entries among those that are to be had, or not to be; unknown ones are ignored. */
export async function chosenEntries(
  store: Pick<StoreReads, 'calendarEventsNamed'>,
  calendar: Pick<Calendar, 'id'>,
  { requestEventIds, externalEventIds, excludeRequestEventIds, excludeExternalEventIds }: NamedEntries,
): Promise<readonly ChosenEvent[]> {
  const find = (ids: Names, externalIds: Names) =>
    store.calendarEventsNamed(calendar.id, {
      ids: (ids ?? []).map((id) => id.toLowerCase()),
      externalIds: externalIds ?? [],
    });
  const wanted = await find(requestEventIds, externalEventIds);
  const excluded = await find(excludeRequestEventIds, excludeExternalEventIds);
  // Who asks for both wants it not.
  const isExcluded = new Set(excluded.map(({ id }) => id));
  return [
    ...wanted.filter(({ id }) => !isExcluded.has(id)).map(({ id }) => ({ id, isExcluded: false })),
    ...excluded.map(({ id }) => ({ id, isExcluded: true })),
  ];
}
