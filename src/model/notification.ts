import type { Webhook } from './webhook.js';

/** One event on its way to one webhook. */
export interface Notification {
  /** `ntf_…`, sorts by time */
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly isTest: boolean;
  readonly webhookId: string;
  /** The webhook's URL at the time of asking; `listener:<name>` for a listener. */
  readonly webhookUrl: string;
  /** Whether its webhook is told anything, at the time of asking. */
  readonly webhookState: WebhookState;
  /** The listener that owns its webhook, or null for a registered URL. */
  readonly listenerId: string | null;
  readonly status: NotificationStatus;
  readonly attemptCount: number;
  readonly subscriptionId: string | null;
  readonly calendarCode: string | null;
  readonly createdAt: number;
  /** When the next attempt is due; null when there is none, or when an earlier notification must go first. */
  readonly nextAttemptAt: number | null;
  /** When it was delivered or given up, or null. */
  readonly finishedAt: number | null;
  /** The status of the last answer, or null. */
  readonly lastStatus: number | null;
  /** Why the last attempt had no answer, or null. */
  readonly lastError: string | null;
}

/** What is new about a notification that was just made. */
export interface NewNotification {
  readonly id: string;
  readonly webhook: Pick<Webhook, 'id' | 'url' | 'listenerId'>;
  /** When it is due; null when it waits behind another of its subscription. */
  readonly dueAt: number | null;
}

/** A notification that was just made. */
export function newNotification(
  event: Pick<Notification, 'isTest' | 'subscriptionId' | 'calendarCode' | 'createdAt'> & {
    readonly id: string;
    readonly type: string;
  },
  { id, webhook, dueAt }: NewNotification,
): Notification {
  return {
    id,
    eventId: event.id,
    eventType: event.type,
    isTest: event.isTest,
    webhookId: webhook.id,
    webhookUrl: webhook.url,
    webhookState: 'on',
    listenerId: webhook.listenerId,
    status: 'pending',
    attemptCount: 0,
    subscriptionId: event.subscriptionId,
    calendarCode: event.calendarCode,
    createdAt: event.createdAt,
    nextAttemptAt: dueAt,
    finishedAt: null,
    lastStatus: null,
    lastError: null,
  };
}

/**
 * # pending
 * Waiting for its first or next attempt, in flight, or behind an earlier notification of the same subscription to the
 * same webhook. Leads to delivered (an answer of 2xx), failed (the schedule is used up, or 410), or stays.
 *
 * # delivered
 * Answered 2xx. Final until somebody sends it again by hand, which makes it pending again.
 *
 * # failed
 * Given up. Final until somebody retries it by hand, which makes it pending again.
 */
export const NOTIFICATION_STATUSES = ['pending', 'delivered', 'failed'] as const;

/** On and off as `Webhook.enabled` says; removed webhooks stay in the history. */
export type WebhookState = 'on' | 'off' | 'removed';

export type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];

/**
 * True when the receiver took it: an answer of 2xx (RFC 9110, section 15.3). Everything else is a failure, redirects
 * and 304 as well, as CalReply documents it (docs/webhooks.md).
 *
 * @param status HTTP status of an answer; null when there was none
 */
export function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** What keeps a notification from being sent, whether it is pending or is to be sent again. */
export const BLOCKS = ['webhook_off', 'webhook_removed', 'listener_away'] as const;

export type Block = (typeof BLOCKS)[number];

/**
 * What keeps a notification from being sent; null when nothing does.
 *
 * @param isConnected true for a listener whose tunnel is up
 */
export function blockOf(
  { webhookState, listenerId }: Pick<Notification, 'webhookState' | 'listenerId'>,
  isConnected: (listenerId: string) => boolean,
): Block | null {
  if (webhookState === 'removed') return 'webhook_removed';
  if (webhookState === 'off') return 'webhook_off';
  return listenerId === null || isConnected(listenerId) ? null : 'listener_away';
}

/** One try of one notification. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  readonly startedAt: number;
  readonly durationMs: number;
  /** HTTP status of the answer, or null when there was none. */
  readonly status: number | null;
  /** Why there was no answer, or null. */
  readonly error: string | null;
  /** The start of the answer's body, as text. */
  readonly answer: string | null;
  /** Where a redirect pointed, or null. It is never followed. */
  readonly location: string | null;
}
