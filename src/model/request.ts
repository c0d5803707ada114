/** The headers of a message in order, as they came: names in their own case, several of one name stay several. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** A request that came in at a listener's public inbox, to be repeated at the local app byte for byte. */
export interface InboxRequest {
  readonly method: string;
  /** What followed the listener's id in the URL: empty, or a path that starts with `/`. */
  readonly path: string;
  /** What followed the `?`, without it, as it came. */
  readonly query: string;
  readonly headers: HeaderList;
}

/** What followed the inbox's own URL, path and query, as in a URL; empty for Event Objects. */
export function inboxPath({ path, query }: Pick<InboxRequest, 'path' | 'query'>): string {
  return query === '' ? path : `${path}?${query}`;
}
