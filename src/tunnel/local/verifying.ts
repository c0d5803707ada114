import { verifies } from '../../model/standard-webhooks.js';
import type { Deliver } from '../protocol.js';
import type { Forward } from './forward.js';
import { signedByService } from './own-delivery.js';

/** What the signature of a delivery is worth; `none`: what came in at the inbox is signed by its sender, if at all. */
export type SignatureCheck = 'valid' | 'invalid' | 'none';

export interface VerifyingOptions {
  /** The secret that signs, as far as it is known here; without one nothing is verified. */
  readonly secret: () => string | undefined;
  /** Asks the service for it once more: it may have been replaced. */
  readonly askAgain: () => Promise<string | undefined>;
  /** A delivery came, and this is what its signature is worth. */
  readonly onArrival: (delivery: Deliver, signature: SignatureCheck) => void;
}

/** Verifies the signature of what the service signed, and forwards nothing whose signature does not hold. */
export function verifying({ secret, askAgain, onArrival }: VerifyingOptions, next: Forward): Forward {
  let asking: Promise<string | undefined> | undefined;
  /** All that find their secret out of date at the same moment share one question. */
  const newestSecret = () => {
    asking ??= askAgain()
      .catch(() => undefined)
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };

  return async (delivery) => {
    let signature = checked(secret(), delivery);
    if (signature === 'invalid') signature = checked((await newestSecret()) ?? secret(), delivery);
    onArrival(delivery, signature);
    if (signature !== 'invalid') return next(delivery);
    return { kind: 'unanswered', url: '', error: 'bad_signature', durationMs: 0 };
  };
}

function checked(secret: string | undefined, delivery: Deliver): SignatureCheck {
  const head = secret === undefined ? undefined : signedByService(delivery);
  if (secret === undefined || head === undefined) return 'none';
  return verifies(secret, head, delivery.body) ? 'valid' : 'invalid';
}
