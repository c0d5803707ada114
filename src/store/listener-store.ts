/** What is kept of where a listener stands. */
export interface ListenerStore {
  /** Who holds which listener among the processes that share the database; undefined where none does. */
  readonly sharedHolders: SharedHolders | undefined;
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

/**
 * Who holds which listener, among processes that share a database: a listener is connected to one of them at a time. Each has
 * what it holds for as long as it says so from time to time, and a little longer.
 */
export interface SharedHolders {
  /**
   * Takes a listener for a session that connects here. What another process was sending to it is due again at once.
   *
   * @returns its name, for what follows; or the client of another session that holds the listener elsewhere
   */
  take(listenerId: string, session: HolderSession & { readonly takeover: boolean }): Promise<TakenListener>;
  /** The session holds the listener for so long still, in milliseconds; 0 for no more. */
  release(holding: string, heldFor: number): Promise<void>;
  /** What other processes hold, by the ids of listeners, as it was a moment ago. */
  others(): ReadonlyMap<string, { readonly isConnected: boolean }>;
  /** Has whoever holds the listener elsewhere close its tunnel. */
  end(listenerId: string, why: HoldingEnd): Promise<void>;
  /** Is told when something that this process holds is its own no more. */
  onEnded(listener: (holding: string, why: HoldingEnd) => void): void;
}

export type TakenListener =
  { readonly kind: 'taken'; readonly holding: string } | { readonly kind: 'held'; readonly client: string };

/** A session of a client, as the tunnel names it. */
export interface HolderSession {
  readonly session: string;
  readonly client: string;
}

export type HoldingEnd =
  /** The same session is connected to another process. */
  | { readonly kind: 'moved' }
  /** Another session has it now. */
  | { readonly kind: 'taken'; readonly by: string }
  /** The listener was taken off. */
  | { readonly kind: 'removed' }
  /** Its credentials may hold no more. */
  | { readonly kind: 'login' };

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
