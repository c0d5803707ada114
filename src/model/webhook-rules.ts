import { CalReplyError } from '../errors.js';
import { isReservedHeader } from './webhook.js';

/* What a webhook may be, as far as it can be said without knowing the service that sends. */

/**
 * The URL of a webhook, as it is kept: in one spelling, without a fragment.
 *
 * @throws {CalReplyError} InvalidUrl
 */
export function parseWebhookUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new CalReplyError('InvalidUrl', `“${text}” is not a URL. A webhook's looks like https://example.com/hooks.`);
  }

  if (url.username !== '' || url.password !== '') {
    throw new CalReplyError(
      'InvalidUrl',
      'A webhook URL may not carry a user name or password; send a header instead.',
    );
  }

  url.hash = '';
  return url;
}

/**
 * Refuses a header that no notification can carry, or that is the service's own.
 *
 * @throws {CalReplyError} InvalidRequest
 */
export function checkWebhookHeader(name: string, value: string): void {
  if (!HEADER_NAME.test(name)) throw new CalReplyError('InvalidRequest', `“${name}” is not a header name.`);
  if (isReservedHeader(name)) {
    throw new CalReplyError('InvalidRequest', `The header ${name} is set by the service itself.`);
  }

  if (!HEADER_VALUE.test(value)) {
    throw new CalReplyError(
      'InvalidRequest',
      `The value of the header ${name} has characters that a header cannot carry: only ASCII goes through.`,
    );
  }
}

/** True for a header that `checkWebhookHeader` lets through. */
export function isWebhookHeader(name: string, value: string): boolean {
  return HEADER_NAME.test(name) && !isReservedHeader(name) && HEADER_VALUE.test(value);
}

/** A token (RFC 9110, section 5.6.2). */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
/** Neither a line break, which would start another header, nor anything that is not ASCII. */
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;
