import type { HeaderList } from '../model/request.js';
import { sign } from '../model/standard-webhooks.js';
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
 * One signature, or several with a space between: a receiver accepts what one of them verifies (Standard Webhooks,
 * “Signature scheme”). Those of the webhook that it is signed as come first, for receivers that look at one only.
 */
function signatures(
  { signAs, ...own }: ClaimedNotification['webhook'],
  event: ClaimedNotification['event'],
  now: number,
): string {
  const secrets = [...(signAs === null ? [] : secretsAt(signAs, now)), ...secretsAt(own, now)];
  return secrets.map((one) => sign(one, event.id, Math.floor(now / 1000), event.body)).join(' ');
}

/** After a rotation two, the new one first. */
function secretsAt({ secret, oldSecret }: WebhookSecrets, now: number): readonly string[] {
  return oldSecret !== null && now < oldSecret.until ? [secret, oldSecret.secret] : [secret];
}
