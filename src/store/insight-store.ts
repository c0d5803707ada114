import type { Campaigns, DayCounts, HourCounts, InsightFilter, Tags, ZipFilter } from '../model/insights.js';
import type { Subscriber } from '../model/subscriber.js';
import type { TimeZone } from '../model/time-zone.js';
import type { PageRequest } from './history-queries.js';

/**
 * What the data says. It is counted by the database, some thousand rows at a time, and in between everything else goes on.
 * `signal` ends it; then it throws the signal's reason.
 */
export interface InsightStore {
  subscribesByHour(query: InsightQuery & { readonly zone: TimeZone }): Promise<HourCounts>;
  balanceByDay(query: InsightQuery & { readonly zone: TimeZone }): Promise<DayCounts>;
  /** Who subscribed, by campaign, and how many of them unsubscribed since. */
  campaigns(query: InsightQuery & { readonly zone: TimeZone }): Promise<Campaigns>;
  /** Who subscribed, by tag, and how many of them unsubscribed since. */
  tags(query: InsightQuery & { readonly zip?: ZipFilter | undefined }): Promise<Tags>;
  /** Whether any event told of a subscription to this calendar, tests included. */
  tellsOfCalendar(accountId: string, code: string): Promise<boolean>;
  /**
   * Everybody that events tell of, in an order of its own. A page may have fewer than its limit, or none, and still not be
   * the last.
   *
   * @throws {CalReplyError} InvalidRequest for a cursor that no page gave
   */
  subscribers(query: SubscriberQuery): Promise<SubscriberPage>;
}

export interface InsightQuery extends InsightFilter {
  readonly accountId: string;
  readonly signal?: AbortSignal | undefined;
}

export interface SubscriberQuery extends PageRequest {
  readonly accountId: string;
  /** Only who is, or was, subscribed to this calendar. */
  readonly calendarCode?: string | undefined;
  /** Only who allowed marketing. */
  readonly isOptedIn?: boolean | undefined;
  /** Also who is subscribed to nothing any more. */
  readonly withEnded?: boolean | undefined;
  readonly withTests?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SubscriberPage {
  readonly items: readonly Subscriber[];
  readonly nextCursor: string | null;
}
