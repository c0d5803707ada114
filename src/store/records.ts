import type { Account } from '../model/account.js';
import type { InboxRequest } from '../model/request.js';

/* What is kept and is none of the nouns. */

/** Where an event came from: CalReply's own calls, a trigger by hand, or a foreign sender at a listener's inbox. */
export type EventSource = 'service' | 'trigger' | 'inbox';

/** An event as it is kept. */
export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly source: EventSource;
  readonly isTest: boolean;
  readonly subscriptionId: string | null;
  readonly calendarCode: string | null;
  readonly createdAt: number;
  /** The Event Object as JSON, or whatever bytes came in at an inbox. */
  readonly body: Buffer;
  /** How it came in at an inbox; null for the others. */
  readonly request: InboxRequest | null;
}

/** An event without what it says, which may be half a megabyte. */
export type EventHead = Omit<StoredEvent, 'body' | 'request'>;

export type NewEvent = StoredEvent & { readonly accountId: string };

/** An OAuth 2 client: how programs log in as an account. The secret itself is not kept. */
export interface Client {
  readonly clientId: string;
  readonly secretHash: string;
  readonly accountId: string;
  /** When it logs in no more, because it was replaced; null while nothing replaced it. */
  readonly expiresAt: number | null;
}

/** An account or a client with the time at which it was made. */
export type KeptAccount = Account & { readonly createdAt: number };
export type KeptClient = Omit<Client, 'secretHash'> & { readonly createdAt: number };

/** An access or refresh token, found by its hash. */
export interface StoredToken {
  readonly hash: string;
  readonly kind: 'access' | 'refresh';
  readonly clientId: string;
  readonly accountId: string;
  readonly expiresAt: number;
}

/** Who an access token was given to, and until when. */
export interface TokenHolder {
  readonly account: Account;
  readonly clientId: string;
  readonly expiresAt: number;
}

/** What signs the notifications of a webhook. */
export interface WebhookSecrets {
  /** `whsec_…` */
  readonly secret: string;
  /** The one before it, which signs as well before the time `until`; null when there is none. */
  readonly oldSecret: { readonly secret: string; readonly until: number } | null;
}
