/** What is kept of where a listener stands. */
export interface ListenerStore {
  /**
   * Keeps that a listener is connected now.
   *
   * @returns how it stood before; undefined when there is none
   */
  connectListener(id: string, connection: ListenerConnection): Promise<ListenerStanding | undefined>;
  /** Keeps that a listener was still connected at `at`. */
  markConnected(id: string, at: number): Promise<void>;
  /**
   * Takes a listener to another place: gives up all that is pending for it, and makes new notifications of what it wants
   * since the start, in the order in which it was accepted. All of it, or nothing.
   */
  placeListener(place: ListenerPlace): Promise<PlaceOutcome>;
}

export interface ListenerConnection {
  readonly at: number;
  /** Counting what is pending ends here. */
  readonly countUpTo: number;
}

export interface ListenerStanding {
  /** When it was last known to be connected; null when it never was. */
  readonly lastConnectedAt: number | null;
  /** How many notifications wait for it. */
  readonly pending: number;
}

export interface ListenerPlace {
  readonly accountId: string;
  /** The listener's webhook. */
  readonly webhookId: string;
  readonly start: PlaceStart;
  readonly now: number;
}

export type PlaceStart =
  /** With what comes from here on. */
  | { readonly kind: 'now' }
  /** With what was accepted at this time or later. */
  | { readonly kind: 'time'; readonly since: number }
  /** With the event of this notification. */
  | { readonly kind: 'notification'; readonly id: string };

export type PlaceOutcome =
  | { readonly kind: 'placed'; readonly skipped: number; readonly replayed: number }
  /** The account has no such notification. Nothing was done. */
  | { readonly kind: 'unknown-start' }
  /** It would make more than MOST_NOTIFICATIONS. Nothing was done. */
  | { readonly kind: 'too-many' };
