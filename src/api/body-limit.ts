import { CalReplyError } from '../errors.js';

/** The largest body of a request, in bytes, unless its route says otherwise. */
export const BODY_LIMIT = 256 * 1024;

/** @param limit in bytes */
export function tooLarge(limit: number): CalReplyError {
  return new CalReplyError('TooLarge', `The body is larger than ${limit / 1024} kB.`);
}
