/** What is kept of where a listener stands. */
export interface ListenerStore {
  /**
   * Keeps that a listener is connected now. It is no news to those who watch the history grow.
   *
   * @returns how it stood before; undefined when there is none
   */
  connectListener(id: string, connection: ListenerConnection): Promise<ListenerStanding | undefined>;
  /** Keeps that a listener was still connected at `at`, and tells nobody. */
  markConnected(id: string, at: number): Promise<void>;
  /**
   * Takes a listener to another place: gives up all that is pending for it, and makes new notifications of what it wants
   * since the start, in the order in which it was accepted. All of it, or nothing.
   *
   * However long the history is, it is gone through in short reads, between which everything else goes on.
   */
  placeListener(place: ListenerPlace, holder?: PlaceHolder): Promise<PlaceOutcome>;
}

/** That a tunnel to a listener came up. */
export interface ListenerConnection {
  readonly at: number;
  /** Counting what is pending ends here. */
  readonly countUpTo: number;
}

/** How a listener stood when its tunnel came up. */
export interface ListenerStanding {
  /** When it was last known to be connected; null when it never was. */
  readonly lastConnectedAt: number | null;
  /** How many notifications wait for it. */
  readonly pending: number;
}

/** Which listener is taken to which place. */
export interface ListenerPlace {
  readonly accountId: string;
  /** The listener's webhook. */
  readonly webhookId: string;
  readonly start: PlaceStart;
  readonly now: number;
}

/** With what a listener goes on. */
export type PlaceStart =
  /** With what comes from here on. */
  | { readonly kind: 'now' }
  /** With what was accepted at this time or later. */
  | { readonly kind: 'time'; readonly since: number }
  /** With the event of this notification. */
  | { readonly kind: 'notification'; readonly id: string };

/** Whoever may be connected as the listener. Both are called in the turn of the event loop that writes: nobody comes in between. */
export interface PlaceHolder {
  /** True when somebody holds the listener and must not be disturbed: then nothing is done. Also asked before the history is gone through. */
  readonly isHeld: () => boolean;
  /** The listener was taken to its place, and nobody has claimed anything of it yet. */
  readonly onPlaced: () => void;
}

export type PlaceOutcome =
  | { readonly kind: 'placed'; readonly skipped: number; readonly replayed: number }
  /** The account has no such notification. Nothing was done. */
  | { readonly kind: 'unknown-start' }
  /** The listener was taken off. Nothing was done. */
  | { readonly kind: 'listener-removed' }
  /** Somebody holds it. Nothing was done. */
  | { readonly kind: 'held' }
  /** It would make more than MOST_NOTIFICATIONS. Nothing was done. */
  | { readonly kind: 'too-many' };
