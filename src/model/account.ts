/** A merchant. */
export interface Account {
  /** GUID */
  readonly id: string;
  readonly name: string;
  /** URL-safe and unique; CalReply also uses it as the subdomain of the merchant's calendars. */
  readonly code: string;
}

/** What people subscribe to. */
export interface Calendar {
  /** GUID */
  readonly id: string;
  readonly title: string;
  /** The last part of the calendar's URL, such as `my-sports-calendar`. */
  readonly code: string;
  readonly tags: readonly Tag[];
}

/** Groups the events of a calendar: a subscription with tags gets only the events that carry one of them. */
export interface Tag {
  /** GUID */
  readonly id: string;
  readonly name: string;
  /** The merchant's own name for it. */
  readonly externalId: string;
}
