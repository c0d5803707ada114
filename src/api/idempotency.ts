import { createHash } from 'node:crypto';
import { CalReplyError } from '../errors.js';
import type { CallKey, KeyedCall } from '../store/store.js';

/**
 * The key of a request with its body; undefined when it has none. What an `Idempotency-Key` is for
 * (draft-ietf-httpapi-idempotency-key-header): a caller that saw no answer sends the same call again under the same key,
 * and nothing happens twice. The key is taken as it stands, quotes included.
 *
 * @throws {CalReplyError} InvalidRequest
 */
export function callKey(key: string | undefined, body: unknown): CallKey | undefined {
  if (key === undefined) return undefined;
  if (!/^[ -~]{1,255}$/.test(key))
    throw new CalReplyError('InvalidRequest', 'The Idempotency-Key must be 1 to 255 printable ASCII characters.');
  // White space between tokens says nothing, so that it makes no other request.
  return { key, requestHash: createHash('sha256').update(JSON.stringify(body)).digest('hex') };
}

/** @throws {CalReplyError} IdempotencyKeyReused when the key came with another request before */
export function checkSameRequest({ key, requestHash }: CallKey, before: KeyedCall): void {
  if (before.requestHash === requestHash) return;
  const [first = '', ...others] = before.eventIds;
  const made = others.length === 0 ? `event ${first}` : `${before.eventIds.length} events`;
  throw new CalReplyError(
    'IdempotencyKeyReused',
    `The Idempotency-Key “${key}” came with another body before, and made ${made}. Take a new key for a new event.`,
  );
}
