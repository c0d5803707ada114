import type { Store, StreamFilter } from '../store/store.js';

/** Where a stream starts that first tells what was last. */
export interface StreamBeginning {
  /** A cursor of the store. */
  readonly start: string;
  /** Nothing older than this time is told; undefined where the stream starts now. */
  readonly since: number | undefined;
}

/**
 * Where a stream starts whose first `last` entries are the last there are, or all of them when they are fewer.
 *
 * @param signal ends the search: a history of which little fits is read for long
 */
export async function beforeLastEntries(
  store: Pick<Store, 'notifications' | 'streamStart' | 'streamPage'>,
  accountId: string,
  filter: StreamFilter,
  { last, signal }: { readonly last: number; readonly signal: AbortSignal },
): Promise<StreamBeginning> {
  // Each notification has one entry at least, so the last entries are no older than as many notifications. What is
  // delivered by now was told as pending when it was made.
  const status = filter.status === 'pending' ? undefined : filter.status;
  const { items } = await store.notifications(accountId, { ...filter, status, limit: last });
  if (items.length === 0) return { start: await store.streamStart({}), since: filter.since };

  const since = Math.min(...items.map(({ createdAt }) => createdAt));
  const places = [await store.streamStart({ since })];
  for (let cursor = places[0] ?? '', isEnd = false; !isEnd && !signal.aborted;) {
    const page = await store.streamPage(accountId, cursor, { ...filter, since });
    places.push(...page.entries.map((entry) => entry.cursor));
    // Each entry starts at the place after the one before.
    places.splice(0, places.length - last - 1);
    ({ cursor, isEnd } = page);
    // A turn of the event loop for everybody else.
    await new Promise((resolve) => setImmediate(resolve));
  }

  return { start: places[0] ?? '', since };
}
