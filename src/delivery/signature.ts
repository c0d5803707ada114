import { createHmac } from 'node:crypto';
import type { HeaderList } from '../model/request.js';
import type { ClaimedNotification, WebhookSecrets } from '../store/store.js';

/**
 * The headers of one attempt. An Event Object is signed by the rules of Standard Webhooks: a retry keeps `webhook-id`
 * and gets a new timestamp and signature. What came in at an inbox keeps the headers its sender gave it, so that the
 * sender's own signature still holds.
 *
 * @param now milliseconds since 1970
 * @param userAgent who we are, such as `CalReply-Webhooks/1.0.0`
 */
export function messageHeaders(notification: ClaimedNotification, now: number, userAgent: string): HeaderList {
  const { event, webhook } = notification;
  if (event.request) return event.request.headers;

  return [
    ...Object.entries(webhook.headers),
    ['content-type', 'application/json'],
    ['user-agent', userAgent],
    ['webhook-id', event.id],
    ['webhook-timestamp', String(Math.floor(now / 1000))],
    ['webhook-signature', signatures(webhook, event, now)],
    ['calreply-notification-id', notification.id],
    ['calreply-attempt', String(notification.attempt)],
    ['calreply-event-type', event.type],
    ...(event.isTest ? ([['calreply-test', 'true']] as const) : []),
  ];
}

/**
 * One signature, or after a rotation two with a space between, the new secret's first: a receiver accepts what one of
 * them verifies (Standard Webhooks, “Signature scheme”).
 */
function signatures({ secret, oldSecret }: WebhookSecrets, event: ClaimedNotification['event'], now: number): string {
  const signed = `${event.id}.${Math.floor(now / 1000)}.`;
  const secrets = oldSecret !== null && now < oldSecret.until ? [secret, oldSecret.secret] : [secret];
  return secrets.map((one) => signature(one, signed, event.body)).join(' ');
}

/**
 * One scheme of Standard Webhooks: HMAC-SHA256 by Node, which takes a ninth of the time of the public package's, written
 * in JavaScript. What that package makes of it is in the tests.
 *
 * @param secret `whsec_` and the key in base 64
 */
function signature(secret: string, head: string, body: Uint8Array): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(head).update(body).digest('base64')}`;
}
