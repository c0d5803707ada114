import { createHash } from 'node:crypto';
import { CalReplyError } from '../errors.js';
import type { StoreReads } from '../store/store.js';

/**
 * What an `Idempotency-Key` is for (draft-ietf-httpapi-idempotency-key-header): a caller that saw no answer sends the
 * same call again under the same key, and nothing happens twice. The key is taken as it stands, quotes included.
 */
export interface KeyedRequest {
  readonly key: string;
  /** SHA-256 of the body, in hexadecimal. */
  readonly requestHash: string;
}

/**
 * The key of a request with its body; undefined when it has none.
 *
 * @throws {CalReplyError} InvalidRequest
 */
export function keyedRequest(key: string | undefined, body: unknown): KeyedRequest | undefined {
  if (key === undefined) return undefined;
  if (!/^[ -~]{1,255}$/.test(key))
    throw new CalReplyError('InvalidRequest', 'The Idempotency-Key must be 1 to 255 printable ASCII characters.');
  // White space between tokens says nothing, so that it makes no other request.
  return { key, requestHash: createHash('sha256').update(JSON.stringify(body)).digest('hex') };
}

/**
 * The event that the same request made before; undefined for the first.
 *
 * @returns its eventId
 * @throws {CalReplyError} IdempotencyKeyReused
 */
export async function eventMadeBefore(
  store: Pick<StoreReads, 'keyedCall'>,
  accountId: string,
  { key, requestHash }: KeyedRequest,
): Promise<string | undefined> {
  const known = await store.keyedCall(accountId, key);
  if (known && known.requestHash !== requestHash) {
    throw new CalReplyError(
      'IdempotencyKeyReused',
      `The Idempotency-Key “${key}” came with another body before, and made event ${known.eventId}. Take a new key for a new event.`,
    );
  }

  return known?.eventId;
}
