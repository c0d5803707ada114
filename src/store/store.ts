import type { Account, Calendar, Tag } from '../model/account.js';
import type { EventType } from '../model/event-types.js';
import type { HistoryEntry } from '../model/history-entry.js';
import type { Listener } from '../model/listener.js';
import type { Attempt, Notification, NotificationStatus } from '../model/notification.js';
import type { InboxRequest } from '../model/request.js';
import type { NotificationStatistics } from '../model/statistics.js';
import type { Subscription } from '../model/subscription.js';
import type { Webhook } from '../model/webhook.js';

/**
 * What is kept, and the only way to it. Everything above knows this interface and no SQL; SQLite and PostgreSQL differ
 * below it, in one query (the claim).
 *
 * Times are milliseconds since 1970. “Not there” is undefined. A write that fails because the database cannot be used
 * (a full disk) throws CalReplyError ServiceUnavailable, and nothing of it is kept.
 */
export interface Store extends StoreReads, DeliveryStore {
  /**
   * Does `work` as one unit: all of it is kept, or nothing. When the promise resolves, the outcome survives a power cut.
   * Units that arrive together may share a commit; they never see half of each other.
   */
  write<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T>;

  /**
   * Calls `listener` each time something was kept that lasts: then there may be more to read. On PostgreSQL, what other
   * processes keep is not told, so whoever waits looks from time to time as well.
   *
   * @returns ends it
   */
  onWrite(listener: () => void): () => void;

  /** Waits for what is under way, then lets go of the database. */
  close(): Promise<void>;
}

/** Reads and changes that belong together. Only valid until the promise of its `work` settles. */
export interface StoreTransaction extends StoreReads, StoreWrites {}

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

export type NewEvent = StoredEvent & { readonly accountId: string };

/** An OAuth 2 client: how programs log in as an account. The secret itself is not kept. */
export interface Client {
  readonly clientId: string;
  readonly secretHash: string;
  readonly accountId: string;
}

/** An access or refresh token, found by its hash. */
export interface StoredToken {
  readonly hash: string;
  readonly kind: 'access' | 'refresh';
  readonly clientId: string;
  readonly accountId: string;
  readonly expiresAt: number;
}

/** What a call with an idempotency key said and made. It is kept as long as its event. */
export interface KeyedCall {
  /** Tells whether another call with this key says the same. */
  readonly requestHash: string;
  readonly eventId: string;
}

/** A page of a list, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Pass it on to read what comes after; null on the last page. */
  readonly nextCursor: string | null;
}

export interface PageRequest {
  /** 1 to 1,000 */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface EventFilter extends PageRequest {
  readonly type?: string | undefined;
  readonly calendarCode?: string | undefined;
  readonly subscriptionId?: string | undefined;
  /** Not before this time. */
  readonly since?: number | undefined;
  /** Before this time. */
  readonly until?: number | undefined;
}

export interface NotificationFilter extends EventFilter {
  readonly status?: NotificationStatus | undefined;
  readonly webhookId?: string | undefined;
  readonly eventId?: string | undefined;
}

/** What is counted: all pages of a list at once. */
export type StatisticsFilter = Omit<NotificationFilter, keyof PageRequest>;

/** Narrows the stream of the history. What an entry tells is what counts, not what became of it since. */
export type StreamFilter = Omit<NotificationFilter, 'limit' | 'cursor' | 'until'>;

/** A part of the stream, oldest first. */
export interface StreamPage {
  /** Each with the cursor of the place after it. */
  readonly entries: readonly (HistoryEntry & { readonly cursor: string })[];
  /** Read on from here. It moves on also where nothing fits. */
  readonly cursor: string;
  /** There was nothing more when this was read. */
  readonly isEnd: boolean;
}

export interface StreamStart {
  /** The cursor of an entry: start after it. */
  readonly after?: string | undefined;
  /** Start at this time; without either, at the end. */
  readonly since?: number | undefined;
}

export interface StoreReads {
  account(id: string): Promise<Account | undefined>;
  /** The account that was made first: the one of an embedded service. */
  firstAccount(): Promise<Account | undefined>;
  calendars(accountId: string): Promise<readonly Calendar[]>;
  calendar(accountId: string, code: string): Promise<Calendar | undefined>;
  calendarById(accountId: string, id: string): Promise<Calendar | undefined>;
  client(clientId: string): Promise<Client | undefined>;
  token(hash: string): Promise<StoredToken | undefined>;
  subscription(accountId: string, id: string): Promise<Subscription | undefined>;
  /** The active subscriptions of one user name to one calendar: none or one. */
  activeSubscription(calendarId: string, username: string): Promise<Subscription | undefined>;
  /** Every webhook that was not removed, listeners' included, oldest first. */
  webhooks(accountId: string): Promise<readonly Webhook[]>;
  webhook(accountId: string, id: string): Promise<Webhook | undefined>;
  /** The secrets that sign what goes to a webhook. */
  webhookSecrets(accountId: string, id: string): Promise<WebhookSecrets | undefined>;
  listeners(accountId: string): Promise<readonly Listener[]>;
  listener(id: string): Promise<(Listener & { readonly accountId: string }) | undefined>;
  listenerByName(accountId: string, name: string): Promise<Listener | undefined>;
  event(accountId: string, id: string): Promise<StoredEvent | undefined>;
  events(accountId: string, filter: EventFilter): Promise<Page<StoredEvent>>;
  /** The call that an account made under an idempotency key. */
  keyedCall(accountId: string, key: string): Promise<KeyedCall | undefined>;
  notification(accountId: string, id: string): Promise<Notification | undefined>;
  notifications(accountId: string, filter: NotificationFilter): Promise<Page<Notification>>;
  attempts(notificationId: string): Promise<readonly Attempt[]>;
  /** The history in figures. It may take seconds for a long one, in which everything else goes on. */
  notificationStatistics(accountId: string, filter: StatisticsFilter): Promise<NotificationStatistics>;
  /**
   * The cursor at which a stream of the history starts.
   *
   * @throws {CalReplyError} InvalidRequest for an `after` that no stream gave
   */
  streamStart(start: StreamStart): Promise<string>;
  /** What comes after a cursor in the order in which the history grew; every entry once, whatever happens meanwhile. */
  streamPage(accountId: string, cursor: string, filter: StreamFilter): Promise<StreamPage>;
}

export interface StoreWrites {
  addAccount(account: Account & { readonly createdAt: number }): Promise<void>;
  addCalendar(accountId: string, calendar: Omit<Calendar, 'tags'> & { readonly tags: readonly Tag[] }): Promise<void>;
  addClient(client: Client & { readonly createdAt: number }): Promise<void>;
  addToken(token: StoredToken): Promise<void>;
  /** Takes a token away; false when it was not there (any more). */
  removeToken(hash: string): Promise<boolean>;
  removeExpiredTokens(now: number): Promise<void>;
  addSubscription(accountId: string, subscription: Subscription): Promise<void>;
  endSubscription(id: string, at: number): Promise<void>;
  addWebhook(accountId: string, webhook: Webhook & { readonly secret: string }): Promise<void>;
  changeWebhook(id: string, change: WebhookChange): Promise<void>;
  /**
   * Gives a webhook a new secret. The one it had signs as well until `oldUntil`, or no more when that is null; an even
   * older one is forgotten.
   */
  rotateSecret(id: string, secret: string, oldUntil: number | null): Promise<void>;
  /** Takes the webhook off and gives up what was still on its way to it. The history stays. */
  removeWebhook(id: string, at: number): Promise<void>;
  addListener(accountId: string, listener: Listener): Promise<void>;
  /** Takes the listener off, with its webhook. */
  removeListener(id: string, at: number): Promise<void>;
  /**
   * Keeps an event, and a pending notification of it for each of `webhookIds`. A notification whose subscription has an
   * earlier one pending at the same webhook waits behind it.
   *
   * @returns the ids of the notifications, in the order of `webhookIds`
   */
  acceptEvent(event: NewEvent, webhookIds: readonly string[]): Promise<readonly string[]>;
  /**
   * Makes new notifications of an event that is kept already, in the same way.
   *
   * @returns the ids of the notifications, in the order of `webhookIds`
   */
  resendEvent(
    event: Pick<NewEvent, 'id' | 'accountId'>,
    webhookIds: readonly string[],
    now: number,
  ): Promise<readonly string[]>;
  /**
   * Makes notifications pending again and due now, with the whole retry schedule before them. The order of a subscription
   * holds: one waits while another of its subscription is in flight or an older one is pending, and goes before those
   * that are younger.
   *
   * @returns what became of each, in the order of `ids`
   */
  retryNotifications(accountId: string, ids: readonly string[], now: number): Promise<readonly RetryOutcome[]>;
  /**
   * Keeps an event that was sent to one webhook already, with its notification and the one attempt. That is finished:
   * the delivery engine never sees it.
   */
  recordTest(event: NewEvent, notification: TestedNotification): Promise<void>;
  /** Keeps an idempotency key with the event that its call made. Fails when the account has used the key. */
  keepKeyedCall(accountId: string, key: string, call: KeyedCall): Promise<void>;
}

/** The notification of an event that was sent to see what the receiver does. */
export interface TestedNotification {
  readonly id: string;
  readonly webhookId: string;
  readonly status: 'delivered' | 'failed';
  readonly attempt: Attempt;
}

/** What became of a notification that is to be sent again. */
export type RetryOutcome =
  /** It is on its way, or was in flight already. */
  | { readonly kind: 'pending' }
  /** The account has none of this id. */
  | { readonly kind: 'unknown' }
  /** Its webhook was removed: nobody can be told. */
  | {
      readonly kind: 'webhook-removed';
      readonly webhookId: string;
      readonly webhookUrl: string;
      readonly eventId: string;
      /** It came in at the inbox of a listener, and can go to no other. */
      readonly isInbox: boolean;
    }
  /** Its webhook is off: nothing is sent until it is turned on. */
  | { readonly kind: 'webhook-off'; readonly webhookId: string };

export type WebhookChange = Partial<{
  readonly url: string;
  readonly eventTypes: readonly EventType[];
  readonly headers: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
}>;

/** What signs the notifications of a webhook. */
export interface WebhookSecrets {
  /** `whsec_…` */
  readonly secret: string;
  /** The one before it, which signs as well before the time `until`; null when there is none. */
  readonly oldSecret: { readonly secret: string; readonly until: number } | null;
}

/** What the delivery engine asks of the store. */
export interface DeliveryStore {
  /** Takes notifications that are due, so that nobody else does. */
  claim(request: ClaimRequest): Promise<ClaimResult>;
  /** Keeps the outcome of an attempt. False when the claim had been lost: then nothing is kept. */
  recordAttempt(record: AttemptRecord): Promise<boolean>;
  /** Gives a claimed notification back unattempted, due as it was, so that it keeps its place. */
  releaseClaim(claim: string, notificationId: string): Promise<void>;
  /** Lengthens every claim held under `claim`. */
  renewClaims(claim: string, until: number): Promise<void>;
  /** Frees what was claimed by somebody who stopped renewing; all claims when `now` is undefined. Returns how many. */
  freeClaims(now?: number): Promise<number>;
}

export interface ClaimRequest {
  /** Names the claiming process; results are taken only under the same name. */
  readonly claim: string;
  readonly now: number;
  readonly until: number;
  /** At most this many to URLs. Listeners are bounded by `perWebhook` alone: theirs may be held for as long as an app is down. */
  readonly limit: number;
  /** At most this many in flight to one webhook, those claimed before included. */
  readonly perWebhook: number;
  /** The listeners whose tunnel ends in this process; others' notifications are left alone. */
  readonly reachableListeners: readonly string[];
}

export interface ClaimResult {
  readonly claimed: readonly ClaimedNotification[];
  /** When the next one falls due, or null: nothing waits for a time. */
  readonly nextDueAt: number | null;
}

/** A notification with all that is needed to attempt it. */
export interface ClaimedNotification {
  readonly id: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** The same, counted from the last retry by hand on: the retry schedule starts anew with it. */
  readonly scheduleAttempt: number;
  /** When the first attempt of the schedule started, or null before it. */
  readonly firstAttemptAt: number | null;
  readonly webhook: WebhookSecrets & {
    readonly id: string;
    readonly accountId: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly listenerId: string | null;
  };
  readonly event: Pick<StoredEvent, 'id' | 'type' | 'isTest' | 'body' | 'request'>;
}

export interface AttemptRecord {
  readonly claim: string;
  readonly notificationId: string;
  readonly attempt: Attempt;
  /** What becomes of the notification: the time of its next attempt, or its end. */
  readonly next: { readonly status: 'pending'; readonly dueAt: number } | { readonly status: 'delivered' | 'failed' };
  /** Turn the webhook off, for this reason. */
  readonly disableWebhook?: string;
}
