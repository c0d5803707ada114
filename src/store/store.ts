import type { Account, Calendar, Tag } from '../model/account.js';
import type { CalendarEvent } from '../model/calendar-event.js';
import type { EventType } from '../model/event-types.js';
import type { Listener } from '../model/listener.js';
import type { Attempt, Notification } from '../model/notification.js';
import type { Refused } from '../model/retry-refusal.js';
import type { NotificationStatistics } from '../model/statistics.js';
import type { SubscriptionEvent } from '../model/subscription-event.js';
import type { Subscription, SubscriptionDetails } from '../model/subscription.js';
import type { Webhook } from '../model/webhook.js';
import type { AcceptStore } from './accept-store.js';
import type { DeliveryStore } from './delivery-store.js';
import type {
  EventFilter,
  NotificationFilter,
  Page,
  StatisticsFilter,
  StreamFilter,
  StreamPage,
  StreamStart,
} from './history-queries.js';
import type { HousekeepingStore } from './housekeeping-store.js';
import type { InsightStore } from './insight-store.js';
import type { ListenerStore } from './listener-store.js';
import type {
  Client,
  EventHead,
  KeptAccount,
  KeptClient,
  NewEvent,
  StoredEvent,
  StoredToken,
  TokenHolder,
  WebhookSecrets,
} from './records.js';

// Whoever is outside this folder imports this file alone.
export * from './accept-store.js';
export type * from './delivery-store.js';
export type * from './history-queries.js';
export type * from './housekeeping-store.js';
export type * from './insight-store.js';
export type * from './listener-store.js';
export type * from './records.js';

/**
 * What is kept, and the only way to it. Everything above knows this interface and no SQL; SQLite and PostgreSQL differ
 * below it, in what each event takes (`sqlite/`, `postgres/`).
 *
 * Times are milliseconds since 1970. “Not there” is undefined. A write that fails because the database cannot be used
 * (a full disk) throws CalReplyError ServiceUnavailable, and nothing of it is kept.
 */
export interface Store extends StoreReads, AcceptStore, DeliveryStore, HousekeepingStore, InsightStore, ListenerStore {
  /** Names the key that secrets are sealed with, and says nothing else of it. */
  readonly encryptionKeyId: string;

  /**
   * Does `work` as one unit: all of it is kept, or nothing. When the promise resolves, the outcome survives a power cut.
   * Units that arrive together may share a commit; they never see half of each other. Where other processes share the
   * database, a unit may be begun anew, so `work` changes nothing but the store.
   */
  write<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T>;

  /** Whose access token this is, by its hash, when it holds: asked by every request. */
  holderOfToken(hash: string, now: number): Promise<TokenHolder | undefined>;

  /**
   * Resolves when everything that can be read now survives a power cut: what was just committed may not be on the disk yet.
   *
   * @throws {CalReplyError} ServiceUnavailable when it may not
   */
  synced(): Promise<void>;

  /**
   * Calls `listener` each time something was kept that lasts: then there may be more to read. Where other processes share
   * the database, what they keep is told too, and it is called from time to time whatever is told.
   *
   * @returns ends it
   */
  onWrite(listener: () => void): () => void;

  /**
   * Calls `listener` when there may be more to claim for a reason that only the store knows, such as another process on the
   * same database.
   *
   * @returns ends it
   */
  onDue(listener: () => void): () => void;

  /**
   * Writes as much as an event takes, as lasting as any other write, to see whether that can be done now. Nobody reads it.
   *
   * @throws {CalReplyError} ServiceUnavailable
   */
  checkWritable(): Promise<void>;

  /** How many notifications are pending, of all accounts. Counting ends at `atMost`. */
  pendingCount(atMost: number): Promise<number>;

  /** Waits for what is under way, then lets go of the database. */
  close(): Promise<void>;
}

/** Reads and changes that belong together. Only valid until the promise of its `work` settles. */
export interface StoreTransaction extends StoreReads, StoreWrites {}

export interface StoreReads {
  /** The account that was made first: the one of an embedded service. */
  firstAccount(): Promise<Account | undefined>;
  /** Every account, oldest first. */
  accounts(): Promise<readonly KeptAccount[]>;
  accountByCode(code: string): Promise<KeptAccount | undefined>;
  /** Every client of every account, oldest first, those included that hold no more. */
  clients(): Promise<readonly KeptClient[]>;
  calendars(accountId: string): Promise<readonly Calendar[]>;
  calendar(accountId: string, code: string): Promise<Calendar | undefined>;
  calendarById(accountId: string, id: string): Promise<Calendar | undefined>;
  client(clientId: string): Promise<Client | undefined>;
  token(hash: string): Promise<StoredToken | undefined>;
  subscription(accountId: string, id: string): Promise<Subscription | undefined>;
  /** All subscriptions of one user name to one calendar, those that ended included, newest first. */
  subscriptionsOf(calendarId: string, username: string, limit: number): Promise<readonly Subscription[]>;
  /** The active subscriptions of one user name to one calendar: none or one. */
  activeSubscription(calendarId: string, username: string): Promise<Subscription | undefined>;
  /** A personal event, by the merchant's own id. */
  subscriptionEvent(accountId: string, eventId: string): Promise<SubscriptionEvent | undefined>;
  /** The personal events that a subscription has, oldest first. */
  subscriptionEventsOf(subscriptionId: string, limit: number): Promise<readonly SubscriptionEvent[]>;
  /** The entries of a calendar that start not before `since` and before `until`, by their start. */
  calendarEvents(calendarId: string, query: CalendarEventQuery): Promise<readonly CalendarEvent[]>;
  /** Those entries of a calendar that have one of these ids, or of the merchant's own names for them. */
  calendarEventsNamed(calendarId: string, names: CalendarEventNames): Promise<readonly CalendarEvent[]>;
  /** Every webhook that was not removed, listeners' included, oldest first. */
  webhooks(accountId: string): Promise<readonly Webhook[]>;
  webhook(accountId: string, id: string): Promise<Webhook | undefined>;
  /** Whether the history may tell of this webhook: also of one that was removed. */
  hadWebhook(accountId: string, id: string): Promise<boolean>;
  /** The secrets that sign what goes to a webhook. */
  webhookSecrets(accountId: string, id: string): Promise<WebhookSecrets | undefined>;
  listeners(accountId: string): Promise<readonly Listener[]>;
  listener(id: string): Promise<(Listener & { readonly accountId: string }) | undefined>;
  listenerByName(accountId: string, name: string): Promise<Listener | undefined>;
  event(accountId: string, id: string): Promise<StoredEvent | undefined>;
  /** Heads only: a page of whole events could fill the memory. */
  events(accountId: string, filter: EventFilter): Promise<Page<EventHead>>;
  notification(accountId: string, id: string): Promise<Notification | undefined>;
  notifications(accountId: string, filter: NotificationFilter): Promise<Page<Notification>>;
  attempts(notificationId: string): Promise<readonly Attempt[]>;
  /**
   * The history in figures. It may take seconds for a long one that was not counted yet, in which everything else goes on.
   *
   * @param signal ends it; then it throws the signal's reason
   */
  notificationStatistics(
    accountId: string,
    filter: StatisticsFilter,
    signal?: AbortSignal,
  ): Promise<NotificationStatistics>;
  /**
   * The cursor at which a stream of the history starts.
   *
   * @throws {CalReplyError} InvalidRequest for an `after` that no stream gave
   */
  streamStart(start: StreamStart): Promise<string>;
  /** What comes after a cursor in the order in which the history grew; every entry once, whatever happens meanwhile. */
  streamPage(accountId: string, cursor: string, filter: StreamFilter): Promise<StreamPage>;
}

export interface CalendarEventQuery {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly limit: number;
}

export interface CalendarEventNames {
  readonly ids: readonly string[];
  readonly externalIds: readonly string[];
}

export interface StoreWrites {
  addAccount(account: Account & { readonly createdAt: number }): Promise<void>;
  addCalendar(accountId: string, calendar: Omit<Calendar, 'tags'> & { readonly tags: readonly Tag[] }): Promise<void>;
  addClient(client: Client & { readonly createdAt: number }): Promise<void>;
  /**
   * Ends every client that an account has at `until`; those that have ended by `now` are removed, with their tokens.
   */
  endClients(accountId: string, times: { readonly now: number; readonly until: number }): Promise<void>;
  addToken(token: StoredToken): Promise<void>;
  /** Takes a token away; false when it was not there (any more). */
  removeToken(hash: string): Promise<boolean>;
  removeExpiredTokens(now: number): Promise<void>;
  addSubscription(accountId: string, subscription: Subscription): Promise<void>;
  /** Nobody else changes this subscription until the unit ends. */
  lockSubscription(accountId: string, id: string): Promise<void>;
  /** Gives an active subscription other details; false when it has ended. */
  changeSubscription(id: string, details: SubscriptionDetails): Promise<boolean>;
  /** Ends a subscription; false when it had ended already. */
  endSubscription(id: string, at: number): Promise<boolean>;
  /** Keeps a personal event unless there is one of its id. Nobody else changes that one until the unit ends. */
  addSubscriptionEvent(accountId: string, event: SubscriptionEvent): Promise<void>;
  /** Gives a personal event other details. */
  changeSubscriptionEvent(accountId: string, event: SubscriptionEvent): Promise<void>;
  /** Nobody else changes this personal event, or gives it to anybody, until the unit ends. */
  lockSubscriptionEvent(accountId: string, eventId: string): Promise<void>;
  /** Takes a personal event from all who have it, and away; false when there was none. */
  removeSubscriptionEvent(accountId: string, eventId: string): Promise<boolean>;
  /** Gives a personal event to a subscription; false when it has it already. */
  attachSubscriptionEvent(accountId: string, eventId: string, subscriptionId: string): Promise<boolean>;
  /** Takes a personal event from a subscription; false when it has not got it. */
  detachSubscriptionEvent(accountId: string, eventId: string, subscriptionId: string): Promise<boolean>;
  /** Keeps an entry of a calendar, in place of the one of its id. */
  keepCalendarEvent(calendarId: string, event: CalendarEvent): Promise<void>;
  /** Takes an entry of a calendar away; false when there was none. */
  removeCalendarEvent(calendarId: string, id: string): Promise<boolean>;
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
   * Keeps an event and its notifications, as `acceptEvents` does.
   *
   * @param to only these webhooks
   * @returns the ids of the notifications
   */
  acceptEvent(event: NewEvent, to?: readonly string[]): Promise<readonly string[]>;
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
  | ({ readonly kind: 'webhook-removed' } & Refused)
  /** Its webhook is off: nothing is sent until it is turned on. */
  | ({ readonly kind: 'webhook-off' } & Refused);

export type WebhookChange = Partial<{
  readonly url: string;
  readonly eventTypes: readonly EventType[];
  readonly headers: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  /** The id of the webhook whose secrets sign what goes to this one as well. */
  readonly signAs: string | null;
}>;
