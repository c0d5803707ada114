import type { HeaderList } from '../../model/request.js';
import type { SignedHead } from '../../model/standard-webhooks.js';
import type { Deliver } from '../protocol.js';

/**
 * What the service that sent a delivery signed of it; undefined for what came in at the inbox, which keeps the headers
 * of its sender. The two are told apart by the notification's id in the headers of the service's own: whoever sends to
 * an inbox, be it another service of this kind, cannot know the id that the request will get here.
 */
export function signedByService({ id, headers }: Pick<Deliver, 'id' | 'headers'>): SignedHead | undefined {
  if (headerValue(headers, 'calreply-notification-id') !== id) return undefined;
  return {
    id: headerValue(headers, 'webhook-id') ?? '',
    timestamp: headerValue(headers, 'webhook-timestamp') ?? '',
    signature: headerValue(headers, 'webhook-signature') ?? '',
  };
}

/** @param name in lower case, as the service writes its own */
function headerValue(headers: HeaderList, name: string): string | undefined {
  for (const [key, value] of headers) if (key === name) return value;
  return undefined;
}
