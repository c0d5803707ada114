/** Why an attempt had no answer: a short code for programs, with the words for people. */
export const DELIVERY_ERRORS = {
  timeout: 'no answer in time',
  connection_refused: 'the connection was refused',
  connection_reset: 'the connection was closed before an answer',
  name_not_found: 'the host name was not found',
  host_unreachable: 'the host could not be reached',
  tls_failed: 'the encryption (TLS) failed',
  address_forbidden: 'the address is private, and this service does not send there',
  https_required: 'the URL is not https, and this service sends by no other way',
  bad_url: 'the URL of the webhook is none that can be sent to',
  bad_header: 'a header of the webhook cannot be sent',
  bad_answer: 'the answer was not valid HTTP',
  webhook_removed: 'the webhook was removed',
  skipped: 'it was skipped, as the listener asked',
  no_route: 'no route of the listener takes this type',
  bad_signature: 'the signature did not hold, so it was not forwarded',
  dropped: 'it was dropped on purpose, by --drop',
  failed: 'the request failed',
} as const;

export type DeliveryError = keyof typeof DELIVERY_ERRORS;

/** The words for the error of an attempt; a code of a newer service is shown as it is. */
export function deliveryErrorText(error: string): string {
  return isDeliveryError(error) ? DELIVERY_ERRORS[error] : error;
}

export function isDeliveryError(text: string): text is DeliveryError {
  return Object.hasOwn(DELIVERY_ERRORS, text);
}

/**
 * The code that says best why a request had no answer.
 *
 * @param systemCode the system's or the HTTP client's code, such as `ECONNREFUSED`
 */
export function deliveryErrorOf(systemCode: string | undefined): DeliveryError {
  const code = systemCode ?? '';
  const known = OF_SYSTEM_CODE[code];
  if (known) return known;
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_)/.test(code)) return 'tls_failed';
  return code.startsWith('HPE_') ? 'bad_answer' : 'failed';
}

const OF_SYSTEM_CODE: Readonly<Record<string, DeliveryError>> = {
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  EPIPE: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  EHOSTUNREACH: 'host_unreachable',
  ENETUNREACH: 'host_unreachable',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'bad_answer',
  EPROTO: 'tls_failed',
  ERR_ADDRESS_FORBIDDEN: 'address_forbidden',
  ERR_HTTPS_REQUIRED: 'https_required',
};
