import { newGuid } from '../util/ids.js';
import type {
  AccountResource,
  ChangeWebhook,
  CreatedWebhook,
  CreateWebhook,
  EventPage,
  EventQuery,
  EventResource,
  InsightCampaigns,
  InsightCampaignsQuery,
  InsightGrowth,
  InsightGrowthQuery,
  InsightTags,
  InsightTagsQuery,
  InsightTimes,
  InsightTimesQuery,
  ListenerList,
  NotificationDetails,
  NotificationPage,
  NotificationQuery,
  NotificationResource,
  NotificationStatistics,
  NotificationStreamQuery,
  OpenedListener,
  OpenListener,
  PlacedListener,
  PlaceListener,
  RotatedSecret,
  RotateSecret,
  ResentEvent,
  RetriedNotifications,
  StatisticsQuery,
  Subscribe,
  Subscribed,
  SubscriberPage,
  SubscriberQuery,
  SubscriptionList,
  SubscriptionResource,
  TriggeredEvent,
  TriggerEvent,
  Unsubscribe,
  UpdateSubscription,
  WebhookList,
  WebhookResource,
  WebhookTest,
} from './contract.js';
import type { FollowOptions } from './follow.js';
import { Session, type ClientOptions, type Tokens } from './session.js';

export type { FollowEvent, FollowOptions } from './follow.js';
export type { ClientOptions, Tokens } from './session.js';

/**
 * The service's HTTP API, a method for each call. Every call fails with a CalReplyError: the service's own, or
 * ServiceUnreachable.
 */
export class ApiClient {
  readonly #session: Session;

  constructor(options: ClientOptions) {
    this.#session = new Session(options);
  }

  get apiUrl(): string {
    return this.#session.apiUrl;
  }

  /** Tokens that hold now. */
  currentTokens(): Promise<Tokens> {
    return this.#session.currentTokens();
  }

  /** An access token that holds now. */
  async accessToken(): Promise<string> {
    return (await this.currentTokens()).accessToken;
  }

  /** A new access token, although the one of now may hold for a while. */
  async renewedAccessToken(): Promise<string> {
    return (await this.#session.renewedTokens()).accessToken;
  }

  /**
   * Logs in by client id and secret.
   *
   * @throws {CalReplyError} InvalidCredentials, ServiceUnreachable
   */
  logIn(): Promise<Tokens> {
    return this.#session.logIn();
  }

  account(): Promise<AccountResource> {
    return this.#session.call('GET', '/v1/account');
  }

  createWebhook(webhook: CreateWebhook): Promise<CreatedWebhook> {
    return this.#session.call('POST', '/v1/webhooks', { body: webhook });
  }

  webhooks(): Promise<WebhookList> {
    return this.#session.call('GET', '/v1/webhooks');
  }

  webhook(id: string): Promise<WebhookResource> {
    return this.#session.call('GET', `/v1/webhooks/${encodeURIComponent(id)}`);
  }

  changeWebhook(id: string, change: ChangeWebhook): Promise<WebhookResource> {
    return this.#session.call('PATCH', `/v1/webhooks/${encodeURIComponent(id)}`, { body: change });
  }

  removeWebhook(id: string): Promise<void> {
    return this.#session.call('DELETE', `/v1/webhooks/${encodeURIComponent(id)}`);
  }

  rotateSecret(id: string, how: RotateSecret): Promise<RotatedSecret> {
    return this.#session.call('POST', `/v1/webhooks/${encodeURIComponent(id)}/rotate-secret`, { body: how });
  }

  testWebhook(id: string): Promise<WebhookTest> {
    return this.#session.call('POST', `/v1/webhooks/${encodeURIComponent(id)}/test`, { body: {} });
  }

  /**
   * @param idempotencyKey the same call under the same key makes one event, however often it is sent; a new key when
   *   absent, so that the call may go out again where a connection broke
   */
  triggerEvent(event: Omit<TriggerEvent, 'events'>, idempotencyKey = newGuid()): Promise<TriggeredEvent> {
    return this.#session.call('POST', '/v1/events', { body: event, headers: { 'idempotency-key': idempotencyKey } });
  }

  events(query: EventQuery): Promise<EventPage> {
    return this.#session.call('GET', '/v1/events', { query });
  }

  event(id: string): Promise<EventResource> {
    return this.#session.call('GET', `/v1/events/${encodeURIComponent(id)}`);
  }

  notifications(query: NotificationQuery): Promise<NotificationPage> {
    return this.#session.call('GET', '/v1/notifications', { query });
  }

  notification(id: string): Promise<NotificationDetails> {
    return this.#session.call('GET', `/v1/notifications/${encodeURIComponent(id)}`);
  }

  retryNotification(id: string): Promise<NotificationResource> {
    return this.#session.call('POST', `/v1/notifications/${encodeURIComponent(id)}/retry`);
  }

  /** @param ids 1 to 100 */
  retryNotifications(ids: readonly string[]): Promise<RetriedNotifications> {
    return this.#session.call('POST', '/v1/notifications/retry', { body: { ids } });
  }

  notificationStatistics(query: StatisticsQuery): Promise<NotificationStatistics> {
    return this.#session.call('GET', '/v1/notifications/stats', { query });
  }

  insightTimes(query: InsightTimesQuery): Promise<InsightTimes> {
    return this.#session.call('GET', '/v1/insights/times', { query });
  }

  insightGrowth(query: InsightGrowthQuery): Promise<InsightGrowth> {
    return this.#session.call('GET', '/v1/insights/growth', { query });
  }

  insightCampaigns(query: InsightCampaignsQuery): Promise<InsightCampaigns> {
    return this.#session.call('GET', '/v1/insights/campaigns', { query });
  }

  insightTags(query: InsightTagsQuery): Promise<InsightTags> {
    return this.#session.call('GET', '/v1/insights/tags', { query });
  }

  subscribers(query: SubscriberQuery): Promise<SubscriberPage> {
    return this.#session.call('GET', '/v1/subscribers', { query });
  }

  /** @param to only these webhooks, by id */
  resendEvent(id: string, to?: readonly string[]): Promise<ResentEvent> {
    return this.#session.call('POST', `/v1/events/${encodeURIComponent(id)}/resend`, { body: { to } });
  }

  /**
   * The history as it grows, until `signal` ends it. The first connection fails as every call does; from then on a link
   * that breaks is made again, and nothing is missed.
   */
  async followNotifications(query: NotificationStreamQuery, options: FollowOptions): Promise<void> {
    const { follow } = await import('./follow.js');
    await follow({
      ...options,
      open: (lastEventId, signal) => {
        const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
        return this.#session.stream('/v1/notifications/stream', { query, headers, signal });
      },
    });
  }

  openListener(listener: OpenListener): Promise<OpenedListener> {
    return this.#session.call('POST', '/v1/listeners', { body: listener });
  }

  /** Opens a listener, and says how its tunnel is reached now: with what token, and through which proxy. */
  async tunnelOf(listener: OpenListener): Promise<OpenedListener & { accessToken: string; proxy: URL | undefined }> {
    const opened = await this.openListener(listener);
    return { ...opened, accessToken: await this.accessToken(), proxy: this.#session.proxy };
  }

  /** Takes a listener to another place of the history: `now`, a time (ISO 8601), or the id of a notification. */
  placeListener(id: string, place: PlaceListener): Promise<PlacedListener> {
    return this.#session.call('PUT', `/v1/listeners/${encodeURIComponent(id)}/place`, { body: place });
  }

  listeners(): Promise<ListenerList> {
    return this.#session.call('GET', '/v1/listeners');
  }

  removeListener(id: string): Promise<void> {
    return this.#session.call('DELETE', `/v1/listeners/${encodeURIComponent(id)}`);
  }

  /** CalReply's own call: somebody subscribes to a calendar. */
  subscribe(accountCode: string, calendarCode: string, body: Subscribe): Promise<Subscribed> {
    return this.#session.call(
      'POST',
      `/v2/subscribe/${encodeURIComponent(accountCode)}/${encodeURIComponent(calendarCode)}`,
      {
        body,
      },
    );
  }

  /** CalReply's own call: reads a subscription. */
  subscription(id: string): Promise<SubscriptionResource> {
    return this.#session.call('GET', `/v1/subscription/${encodeURIComponent(id)}`);
  }

  /** CalReply's own call: all subscriptions of a user name to a calendar. */
  subscriptionsOf(accountCode: string, calendarCode: string, username: string): Promise<SubscriptionList> {
    const path = [accountCode, calendarCode, username].map(encodeURIComponent).join('/');
    return this.#session.call('GET', `/v1/subscription/${path}`);
  }

  /** CalReply's own call: changes what a subscriber chose. */
  updateSubscription(id: string, body: UpdateSubscription): Promise<SubscriptionResource> {
    return this.#session.call('PUT', `/v1/subscription/${encodeURIComponent(id)}`, { body });
  }

  /** CalReply's own call: a subscription ends. */
  unsubscribe(accountCode: string, calendarCode: string, body: Unsubscribe): Promise<void> {
    return this.#session.call(
      'DELETE',
      `/v1/subscription/${encodeURIComponent(accountCode)}/${encodeURIComponent(calendarCode)}`,
      { body },
    );
  }
}
