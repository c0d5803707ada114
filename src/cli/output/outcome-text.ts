import { deliveryErrorText, type DeliveryError } from '../../model/delivery-error.js';
import type { ForwardOutcome } from '../../tunnel/local/forward.js';
import { printable } from './terminal.js';
import { tookText } from './text.js';

/** How an exchange ended. */
export interface ExchangeEnd {
  /** HTTP status of the answer, or null when there was none. */
  readonly status: number | null;
  /** Why there was none. */
  readonly error: string | null;
  /** Where the answer sends to. */
  readonly location?: string | undefined;
  readonly durationMs: number;
}

export interface OutcomeTextOptions {
  /** Colours the part that tells how it went. */
  readonly paint?: (status: number | null, text: string) => string;
  /** How much of a URL is shown. */
  readonly shownUrl?: (url: string) => string;
}

/** `← 401  12 ms`, `← 302 → /login  3 ms`, or why there was no answer: `✗ no answer in time  30.0 s`. */
export function exchangeText(
  { status, error, location, durationMs }: ExchangeEnd,
  { paint = (_, text) => text, shownUrl = (url) => url }: OutcomeTextOptions = {},
): string {
  // For how long there was no answer is worth a word when somebody waited.
  const took = status !== null || durationMs >= 1_000 ? `  ${tookText(durationMs)}` : '';
  if (status === null) return paint(status, `✗ ${printable(deliveryErrorText(error ?? 'failed'))}`) + took;
  const to = location === undefined ? '' : ` → ${printable(shownUrl(location))}`;
  return `← ${paint(status, String(status))}${to}${took}`;
}

/** How a delivery was forwarded. */
export function outcomeText(outcome: ForwardOutcome, options?: OutcomeTextOptions): string {
  const { durationMs } = outcome;
  return outcome.kind === 'answered'
    ? exchangeText({ status: outcome.status, error: null, location: outcome.location, durationMs }, options)
    : exchangeText({ status: null, error: outcome.error, durationMs }, options);
}

/** Why there was no answer, in a word or two. */
export function briefError(error: DeliveryError): string {
  return BRIEF[error] ?? 'failed';
}

const BRIEF: Partial<Record<DeliveryError, string>> = {
  timeout: 'timeout',
  connection_refused: 'refused',
  connection_reset: 'reset',
  name_not_found: 'no host',
  host_unreachable: 'no way',
  tls_failed: 'TLS',
  bad_answer: 'not HTTP',
  bad_signature: 'bad sig',
  no_route: 'no route',
  dropped: 'dropped',
  skipped: 'skipped',
};
