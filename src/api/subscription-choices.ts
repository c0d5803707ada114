import type { Calendar } from '../model/account.js';
import type { ChosenEvent, SubscriptionDetails } from '../model/subscription.js';
import type { StoreReads } from '../store/store.js';

/** Entries of a calendar that are looked among for those that were chosen. */
const MOST_ENTRIES = 10_000;

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

interface NamedEntries {
  readonly requestEventIds?: readonly string[] | null | undefined;
  readonly externalEventIds?: readonly string[] | null | undefined;
  readonly excludeRequestEventIds?: readonly string[] | null | undefined;
  readonly excludeExternalEventIds?: readonly string[] | null | undefined;
}

/** The calendar's own entries among those that are to be had, or not to be; unknown ones are ignored. */
export async function chosenEntries(
  store: Pick<StoreReads, 'calendarEvents'>,
  calendar: Pick<Calendar, 'id'>,
  { requestEventIds, externalEventIds, excludeRequestEventIds, excludeExternalEventIds }: NamedEntries,
): Promise<readonly ChosenEvent[]> {
  const wanted = namesOf(requestEventIds, externalEventIds);
  const excluded = namesOf(excludeRequestEventIds, excludeExternalEventIds);
  if (wanted.isEmpty && excluded.isEmpty) return [];
  const entries = await store.calendarEvents(calendar.id, { limit: MOST_ENTRIES });
  return entries.flatMap(({ id, externalId }): ChosenEvent[] => {
    if (excluded.has(id, externalId)) return [{ id, isExcluded: true }];
    return wanted.has(id, externalId) ? [{ id, isExcluded: false }] : [];
  });
}

function namesOf(ids: readonly string[] | null | undefined, externalIds: readonly string[] | null | undefined) {
  const [own, external] = [new Set((ids ?? []).map((id) => id.toLowerCase())), new Set(externalIds ?? [])];
  return {
    isEmpty: own.size === 0 && external.size === 0,
    has: (id: string, externalId: string | null) => own.has(id) || (externalId !== null && external.has(externalId)),
  };
}
