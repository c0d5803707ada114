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
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/.test(name)) {
    throw new CalReplyError('InvalidRequest', `“${name}” is not a header name.`);
  }

  if (isReservedHeader(name)) {
    throw new CalReplyError('InvalidRequest', `The header ${name} is set by the service itself.`);
  }

  if (!/^[\t\x20-\x7e]*$/.test(value)) {
    throw new CalReplyError(
      'InvalidRequest',
      `The value of the header ${name} has characters that a header cannot carry: only ASCII goes through.`,
    );
  }
}
