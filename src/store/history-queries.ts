import type { HistoryEntry } from '../model/history-entry.js';
import type { NotificationStatus } from '../model/notification.js';

/* How the history is asked for: by pages, in figures, and as it grows. */

/** A page of a list, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Pass it on to read what comes after; null on the last page. */
  readonly nextCursor: string | null;
}

export interface PageRequest {
  /** 1 to 1,000 */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface EventFilter extends PageRequest {
  readonly type?: string | undefined;
  readonly calendarCode?: string | undefined;
  readonly subscriptionId?: string | undefined;
  /** Not before this time. */
  readonly since?: number | undefined;
  /** Before this time. */
  readonly until?: number | undefined;
}

export interface NotificationFilter extends EventFilter {
  readonly status?: NotificationStatus | undefined;
  readonly webhookId?: string | undefined;
  readonly eventId?: string | undefined;
}

/** What is counted: all pages of a list at once. */
export type StatisticsFilter = Omit<NotificationFilter, keyof PageRequest>;

/** Narrows the stream of the history. What an entry tells is what counts, not what became of it since. */
export type StreamFilter = Omit<NotificationFilter, 'limit' | 'cursor' | 'until'>;

/** A part of the stream, oldest first. */
export interface StreamPage {
  /** Each with the cursor of the place after it. */
  readonly entries: readonly (HistoryEntry & { readonly cursor: string })[];
  /** Read on from here. It moves on also where nothing fits. */
  readonly cursor: string;
  /** There was nothing more when this was read. */
  readonly isEnd: boolean;
}

export interface StreamStart {
  /** The cursor of an entry: start after it. */
  readonly after?: string | undefined;
  /** Start at this time; without either, at the end. */
  readonly since?: number | undefined;
}
