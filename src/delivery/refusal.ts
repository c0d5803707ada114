import type { DeliveryError } from '../model/delivery-error.js';
import { isWebhookHeader } from '../model/webhook-rules.js';
import type { ClaimedNotification } from '../store/store.js';
import type { AddressGuard } from './address-guard.js';

/**
 * Why nothing may be sent to a webhook; undefined when it may. Its row may be older than the rules it was checked by, or
 * than the service's being open to others, or may have been written by other hands.
 */
export function refusalOf(
  { url, headers }: Pick<ClaimedNotification['webhook'], 'url' | 'headers'>,
  guard: Pick<AddressGuard, 'refusal'>,
): DeliveryError | undefined {
  if (!URL.canParse(url)) return 'bad_url';
  const parsed = new URL(url);
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return 'bad_url';
  if (!Object.entries(headers).every(([name, value]) => isWebhookHeader(name, value))) return 'bad_header';
  return guard.refusal(parsed);
}
