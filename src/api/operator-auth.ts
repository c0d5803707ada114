import { createHash, timingSafeEqual } from 'node:crypto';
import { CalReplyError } from '../errors.js';

/**
 * Lets only the operator through: whoever has the service's operator key.
 *
 * @param key of random text, so nobody finds it by trying, and a fast hash does
 * @returns throws CalReplyError Unauthorized for an Authorization header without it
 */
export function operatorAuth(key: string): (authorization: string | undefined) => void {
  const right = hash(key);
  return (authorization) => {
    const [, given] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? [];
    // Hashes are of one length whatever they are of, and tell nothing of how much was right.
    if (given !== undefined && timingSafeEqual(hash(given), right)) return;
    throw new CalReplyError(
      'Unauthorized',
      given === undefined
        ? 'This call needs the operator key: Authorization: Bearer …'
        : 'The operator key is not right.',
      { hint: 'It is in the file operator.key of the data folder, or what CALREPLY_OPERATOR_KEY said at the start.' },
    );
  };
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
