import { sign } from '../model/standard-webhooks.js';
import { signedByService } from '../tunnel/local/own-delivery.js';
import type { Deliver } from '../tunnel/protocol.js';
import type { Clock } from '../util/clock.js';

export interface SigningOptions {
  /** `whsec_…`; undefined leaves the old signatures. */
  readonly secret: string | undefined;
  readonly clock: Clock;
  /** Told once, when an old signature is left. */
  readonly onOldSignature: () => void;
}

/**
 * Recorded deliveries, each signed anew as it goes out: a handler that looks at the time refuses a signature that is old.
 * What came in at an inbox has its sender's signature, whose secret nobody here knows, and stays as it is.
 */
export async function* signedAnew(
  deliveries: AsyncIterable<Deliver>,
  { secret, clock, onOldSignature }: SigningOptions,
): AsyncGenerator<Deliver> {
  let isTold = false;
  for await (const delivery of deliveries) {
    const isOurs = signedByService(delivery) !== undefined;
    if (isOurs && secret === undefined && !isTold) {
      isTold = true;
      onOldSignature();
    }

    yield isOurs && secret !== undefined ? withSignature(delivery, secret, clock.now()) : delivery;
  }
}

/** The same with a signature of now in place of its own. It keeps its `webhook-id`. */
function withSignature(delivery: Deliver, secret: string, now: number): Deliver {
  const timestamp = String(Math.floor(now / 1000));
  const signature = sign(secret, delivery.event.id, timestamp, delivery.body);
  const fresh: Readonly<Record<string, string>> = { 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  const headers = delivery.headers.map(([name, value]) => [name, fresh[name.toLowerCase()] ?? value] as const);
  return { ...delivery, headers };
}
