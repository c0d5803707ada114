import { sign } from '../../src/model/standard-webhooks.js';
import { newWebhookSecret } from '../../src/util/ids.js';
import type { HeaderList } from '../../src/model/request.js';
import type { Deliver } from '../../src/tunnel/protocol.js';

export const SECRET = newWebhookSecret();

export interface DeliveryParts {
  readonly id?: string;
  readonly type?: string;
  readonly attempt?: number;
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: HeaderList;
  readonly body?: string | Buffer;
}

/** What a tunnel brings of an inbox request, or of anything that nobody signed. */
export function unsigned({ id = 'ntf_1', type = 'Inbox', body = '', ...parts }: DeliveryParts = {}): Deliver {
  return {
    type: 'deliver',
    id,
    attempt: 1,
    event: { id: `event of ${id}`, type, isTest: false },
    method: 'POST',
    path: '',
    query: '',
    headers: [],
    ...parts,
    body: Buffer.from(body as string),
  };
}

/** What a tunnel brings of an Event Object, signed by the service. */
export function signed({ type = 'Subscribe', body = '{}', ...parts }: DeliveryParts = {}, secret = SECRET): Deliver {
  const delivery = unsigned({ type, body, ...parts });
  const timestamp = String(Math.floor(Date.now() / 1000));
  return {
    ...delivery,
    headers: [
      ['content-type', 'application/json'],
      ['webhook-id', delivery.event.id],
      ['webhook-timestamp', timestamp],
      ['webhook-signature', sign(secret, delivery.event.id, timestamp, delivery.body)],
      ['calreply-notification-id', delivery.id],
    ],
  };
}
