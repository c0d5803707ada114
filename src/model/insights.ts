/* What the data says: when people subscribe, by which campaign, for which tags, and how many there are. */

/** What is looked at. */
export interface InsightFilter {
  readonly calendarCode?: string | undefined;
  /** Not before this time, in milliseconds since 1970. */
  readonly since?: number | undefined;
  /** Before this time. */
  readonly until?: number | undefined;
  /** Whether what triggered events tell counts as well. */
  readonly withTests?: boolean | undefined;
}

/** How many subscribed, and how many of them or meanwhile unsubscribed. */
export interface Balance {
  readonly subscribes: number;
  readonly unsubscribes: number;
}

/** Adds to a sum. */
export function addBalance(
  sum: { -readonly [Name in keyof Balance]: number },
  { subscribes, unsubscribes }: Balance,
): void {
  sum.subscribes += subscribes;
  sum.unsubscribes += unsubscribes;
}

/** What every insight has: how many subscriptions that triggered events told of were left out; counting ends at a thousand. */
export interface LeftOut {
  readonly testsLeftOut: number;
}

/** How many subscribed in each hour of the week: Monday 00:00 first, 168 of them. */
export interface HourCounts extends LeftOut {
  readonly hours: readonly number[];
}

/** How many subscribed and unsubscribed on each day that had some, by days since 1970 on the clocks of a place. */
export interface DayCounts extends LeftOut {
  readonly days: ReadonlyMap<number, Balance>;
  /** How many were subscribed when the first of them began. */
  readonly activeBefore: number;
}

/** Who came by one campaign. */
export interface CampaignCounts extends Balance {
  readonly utmSource: string | null;
  readonly utmMedium: string | null;
  readonly utmCampaign: string | null;
  /** How many subscribed, by days since 1970 on the clocks of a place. */
  readonly days: ReadonlyMap<number, number>;
}

export interface Campaigns extends LeftOut {
  /** Those that brought most first. */
  readonly campaigns: readonly CampaignCounts[];
  /** All together. */
  readonly total: Balance;
}

/** Who chose one tag. */
export interface TagCounts extends Balance {
  /** Null for who chose none. */
  readonly tag: string | null;
}

export interface Tags extends LeftOut {
  /** Those that most chose first. */
  readonly tags: readonly TagCounts[];
  /** All together; who chose two tags is counted once. */
  readonly total: Balance;
}

/** Which zip codes are looked at: one, or all that begin alike. */
export interface ZipFilter {
  readonly start: string;
  readonly isWhole: boolean;
}
