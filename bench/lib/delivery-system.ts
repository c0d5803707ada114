import type { Send, SendMany } from './load.js';

/** Something that accepts events, keeps them, and delivers each to the sink by a POST with its id in `webhook-id`. */
export interface DeliverySystem {
  readonly name: string;
  /** Opens it for a run with so many requests at once. */
  open(inFlight: number): Promise<Sender>;
  /** One event a call says nothing new about it. */
  readonly isInBulkOnly?: boolean;
}

export interface Sender {
  readonly send: Send;
  readonly sendMany: SendMany;
  close(): Promise<void>;
}

/** So many events in one call, when there are many. */
export const GROUP = 500;
