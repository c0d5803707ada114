import { blockOf, type Attempt, type Notification } from '../model/notification.js';
import type { NotificationStatistics } from '../model/statistics.js';
import type { Webhook } from '../model/webhook.js';
import type { EventHead, StatisticsFilter, StoredEvent } from '../store/store.js';
import type { AppOptions } from './app-options.js';
import type {
  AttemptResource,
  EventResource,
  EventSummary,
  NotificationResource,
  NotificationStatistics as StatisticsResource,
  WebhookResource,
} from './contract.js';

/* How what is kept is written on the wire: times as ISO 8601, bodies as JSON or base 64. */

/** @param now an old secret that signs no more by then is as good as none */
export function webhookResource(
  { createdAt, oldSecretUntil, signAs: _, ...webhook }: Webhook,
  now: number,
): WebhookResource {
  return {
    ...webhook,
    eventTypes: [...webhook.eventTypes],
    headers: { ...webhook.headers },
    createdAt: isoTime(createdAt),
    oldSecretUntil: oldSecretUntil !== null && oldSecretUntil > now ? isoTime(oldSecretUntil) : null,
  };
}

export function eventSummary(event: EventHead): EventSummary {
  return {
    eventId: event.id,
    eventType: event.type,
    source: event.source,
    isTest: event.isTest,
    subscriptionId: event.subscriptionId,
    calendarCode: event.calendarCode,
    createdAt: isoTime(event.createdAt),
  };
}

export function eventResource(event: StoredEvent): EventResource {
  const { request } = event;
  return {
    ...eventSummary(event),
    event: request ? null : (JSON.parse(event.body.toString('utf8')) as EventResource['event']),
    request: request && {
      method: request.method,
      path: request.path,
      query: request.query,
      headers: request.headers.map((header) => [...header]),
      bodyBase64: event.body.toString('base64'),
    },
  };
}

export function notificationResource(
  { webhookState, listenerId, ...notification }: Notification,
  { isConnected }: Pick<AppOptions, 'isConnected'>,
): NotificationResource {
  const { createdAt, nextAttemptAt, finishedAt } = notification;
  return {
    ...notification,
    blockedBy: blockOf({ webhookState, listenerId }, isConnected),
    createdAt: isoTime(createdAt),
    nextAttemptAt: isoTimeOrNull(nextAttemptAt),
    finishedAt: isoTimeOrNull(finishedAt),
  };
}

export function attemptResource({ startedAt, ...attempt }: Attempt): AttemptResource {
  return { ...attempt, startedAt: isoTime(startedAt) };
}

export function statisticsResource(
  { since, until }: StatisticsFilter,
  { total, byType, byWebhook, byCalendar }: NotificationStatistics,
): StatisticsResource {
  return {
    since: isoTimeOrNull(since ?? null),
    until: isoTimeOrNull(until ?? null),
    total,
    byType: [...byType],
    byWebhook: [...byWebhook],
    byCalendar: [...byCalendar],
  };
}

export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

export function isoTimeOrNull(time: number | null): string | null {
  return time === null ? null : isoTime(time);
}
