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
