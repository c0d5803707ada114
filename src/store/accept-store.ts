import type { NewNotification } from '../model/notification.js';
import type { NewEvent } from './records.js';

/** The way in: what each event takes. */
export interface AcceptStore {
  /**
   * Keeps the events of one call, a pending notification of each for those who are to be told, and the idempotency key
   * under which the call came: all of it, or nothing. When the promise resolves, it survives a power cut.
   *
   * A webhook that was removed meanwhile is not told. A notification whose subscription has an earlier one pending at the
   * same webhook waits behind it.
   */
  acceptEvents(call: AcceptCall): Promise<AcceptOutcome>;

  /** The call that an account made under an idempotency key; the disk may not have it yet. */
  keyedCall(accountId: string, key: string): Promise<KeyedCall | undefined>;

  /** Whether a webhook is on; undefined when the account has none of this id. Quicker than reading all of it. */
  isWebhookOn(accountId: string, webhookId: string): Promise<boolean | undefined>;
}

/** A call with many events makes so many notifications at most: they are made in one go, which nothing else interrupts. */
export const MOST_NOTIFICATIONS = 10_000;

export interface AcceptCall {
  readonly accountId: string;
  readonly key?: CallKey | undefined;
  /** In the order in which they happened. */
  readonly events: readonly AcceptedEvent[];
}

/** How a call is known again: the same key with another request is a mistake of the caller. */
export interface CallKey {
  readonly key: string;
  /** SHA-256 of the body that came with the key, in hexadecimal. */
  readonly requestHash: string;
}

/** What a call with an idempotency key said and made. It is kept as long as its first event. */
export interface KeyedCall {
  /** Tells whether another call with this key says the same. */
  readonly requestHash: string;
  readonly eventIds: readonly string[];
}

export interface AcceptedEvent {
  readonly event: NewEvent;
  /** True when its id was made here, and cannot be there already. */
  readonly isNewId: boolean;
  /** Who is to be told, by id; every enabled webhook that wants the type when undefined. */
  readonly to?: readonly string[] | undefined;
}

export type AcceptOutcome =
  /** The notifications of each event. */
  | { readonly kind: 'accepted'; readonly notifications: readonly (readonly NewNotification[])[] }
  /** There was a call under this key, which made these events. Nothing was done. */
  | ({ readonly kind: 'made-before' } & KeyedCall)
  /** The call would make more than MOST_NOTIFICATIONS: so many. Nothing was done. */
  | { readonly kind: 'too-many'; readonly notifications: number }
  /** The account has an event of this id already, or the call has it twice. Nothing was done. */
  | { readonly kind: 'event-exists'; readonly index: number };
