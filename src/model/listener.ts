/** A named `calreply listen`: it owns a webhook whose destination is its tunnel, and a public inbox URL. */
export interface Listener {
  /** `lst_…`; whoever knows it may post to the inbox. */
  readonly id: string;
  /** Unique in the account, such as the name of a laptop. */
  readonly name: string;
  readonly webhookId: string;
  readonly createdAt: number;
}

/** Within what deliveries keep the order in which their events were accepted. */
export type DeliveryOrder = 'subscription' | 'listener';

export const LISTENER_NAME = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

/** At most so many deliveries are on their way to one listener, if it does not ask for fewer or more. */
export const DEFAULT_WINDOW = 32;
/** No listener may ask for more at once. */
export const MOST_WINDOW = 256;
/** A listener may name so many types for which it has no room. */
export const MOST_BUSY_TYPES = 100;
/** At most so many deliveries are at one local app at once, if nothing else is said. */
export const DEFAULT_CONCURRENCY = 32;
