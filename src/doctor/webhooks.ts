import type { NotificationResource, WebhookResource } from '../api/contract.js';
import { ok, warning, type Finding } from './check.js';

/**
 * Whether what was registered can receive: webhooks that are off, and those whose latest notification that was tried did
 * not arrive. A listener's is on for as long as it listens, so it is not looked at.
 *
 * @param notifications the newest, newest first
 */
export function webhooksFinding(
  webhooks: readonly WebhookResource[],
  notifications: readonly NotificationResource[],
): Finding {
  const own = webhooks.filter(({ listenerId }) => listenerId === null);
  if (own.length === 0) return ok('none is registered');
  const off = own.filter(({ enabled }) => !enabled);
  const failing = own.filter(({ id, enabled }) => {
    const latest = notifications.find(({ webhookId, attemptCount }) => webhookId === id && attemptCount > 0);
    return enabled && latest !== undefined && latest.status !== 'delivered';
  });

  const [firstOff] = off;
  const [firstFailing] = failing;
  const whole = own.length === 1 ? '1 is registered' : `${own.length} are registered`;
  const seen = [
    firstFailing && `${failing.length} did not take its latest notification: ${urlsOf(failing)}`,
    firstOff && `${off.length} ${off.length === 1 ? 'is' : 'are'} off: ${urlsOf(off)}`,
  ].filter((part) => part !== undefined);
  if (firstFailing) {
    const advice = `See: calreply notifications list --webhook ${firstFailing.id}`;
    return warning(`${whole}; ${seen.join('; ')}`, advice);
  }
  if (firstOff)
    return warning(`${whole}; ${seen.join('; ')}`, `Turn it on with: calreply webhooks enable ${firstOff.id}`);
  return ok(`${whole}, and none fails`);
}

/** The first few, since there may be a hundred. */
function urlsOf(webhooks: readonly WebhookResource[]): string {
  const more = webhooks.length > 3 ? ' and others' : '';
  return `${webhooks
    .slice(0, 3)
    .map(({ url }) => url)
    .join(', ')}${more}`;
}
