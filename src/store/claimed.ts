import type { InboxRequest } from '../model/request.js';
import type { ClaimedNotification } from './delivery-store.js';
import type { WebhookSecrets } from './records.js';
import type { Sealer } from './sealer.js';
import { toHeaders, toSecrets } from './webhooks.js';

/* What is read of a notification that was claimed, to attempt it. */

export interface ClaimedRow {
  readonly row: number;
  readonly id: string;
  readonly attempt_count: number;
  readonly first_attempt_at: number | null;
  readonly created_at: number;
  readonly schedule_attempts: number;
  readonly event_id: string;
  readonly type: string;
  readonly is_test: number;
  readonly body: Uint8Array;
  readonly request: string | null;
}

/**
 * How many attempts the schedule has made that is under way: a retry by hand begins a new one. By number and not by time,
 * since a clock can be set back.
 */
export const CLAIMED_COLUMNS = `
  n.row, n.id, n.attempt_count, n.first_attempt_at, n.created_at,
    CASE WHEN n.first_attempt_at IS NULL THEN 0 ELSE n.attempt_count + 1 - (
      SELECT max(a.number) FROM attempts a WHERE a.notification_row = n.row AND a.started_at = n.first_attempt_at
    ) END AS schedule_attempts,
    e.id AS event_id, e.type, e.is_test, e.body, e.request`;

export function toClaimed(row: ClaimedRow): Omit<ClaimedNotification, 'webhook'> {
  return {
    id: row.id,
    attempt: row.attempt_count + 1,
    scheduleAttempt: row.schedule_attempts + 1,
    firstAttemptAt: row.first_attempt_at,
    createdAt: row.created_at,
    event: {
      id: row.event_id,
      type: row.type,
      isTest: row.is_test === 1,
      body: Buffer.from(row.body.buffer, row.body.byteOffset, row.body.byteLength),
      request: row.request === null ? null : (JSON.parse(row.request) as InboxRequest),
    },
  };
}

export interface ClaimedWebhookRow {
  readonly row: number;
  readonly id: string;
  readonly account_id: string;
  readonly url: string;
  readonly headers: string;
  readonly secret: string;
  readonly old_secret: string | null;
  readonly old_secret_until: number | null;
  readonly listener_id: string | null;
  /** Of the webhook that it is signed as; null when it is none, or that one was removed. */
  readonly as_id: string | null;
  readonly as_secret: string | null;
  readonly as_old_secret: string | null;
  readonly as_old_secret_until: number | null;
}

/** Webhooks with the one that each is signed as; what follows says which. */
export const CLAIMED_WEBHOOKS = `
  SELECT w.row, w.id, w.account_id, w.url, w.headers, w.secret, w.old_secret, w.old_secret_until, w.listener_id,
    s.id AS as_id, s.secret AS as_secret, s.old_secret AS as_old_secret, s.old_secret_until AS as_old_secret_until
  FROM webhooks w
  LEFT JOIN webhooks s ON s.id = w.sign_as AND s.account_id = w.account_id AND s.removed_at IS NULL
  WHERE w.row `;

export function toClaimedWebhook(row: ClaimedWebhookRow, sealer: Sealer): ClaimedNotification['webhook'] {
  return {
    id: row.id,
    accountId: row.account_id,
    url: row.url,
    headers: toHeaders(row, sealer),
    ...toSecrets(row, sealer),
    listenerId: row.listener_id,
    signAs: signAs(row, sealer),
  };
}

function signAs(row: ClaimedWebhookRow, sealer: Sealer): WebhookSecrets | null {
  const { as_id: id, as_secret: secret, as_old_secret: old, as_old_secret_until: until } = row;
  return id === null || secret === null
    ? null
    : toSecrets({ id, secret, old_secret: old, old_secret_until: until }, sealer);
}
