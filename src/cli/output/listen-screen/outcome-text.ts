import { deliveryErrorText, type DeliveryError } from '../../../model/delivery-error.js';
import type { ForwardOutcome } from '../../../tunnel/local/forward.js';

/** `← 401 · 12 ms`, or why there was no answer. */
export function outcomeText(outcome: ForwardOutcome): string {
  const took = durationText(outcome.durationMs);
  if (outcome.kind === 'unanswered') return `✗ ${deliveryErrorText(outcome.error)} · ${took}`;
  const location = outcome.location === undefined ? '' : ` → ${outcome.location}`;
  return `← ${outcome.status}${location} · ${took}`;
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

/** `12 ms`, `12.3 s` */
export function durationText(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
