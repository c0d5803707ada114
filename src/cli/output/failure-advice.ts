import { isSuccess } from '../../model/notification.js';
import { deliveryErrorText } from '../../model/delivery-error.js';
import type { ForwardOutcome } from '../../tunnel/forward.js';

/** What a local app's answer, or its silence, most likely means, and what to try; undefined where there is nothing to say. */
export function failureAdvice(outcome: ForwardOutcome): string | undefined {
  return outcome.kind === 'answered' ? statusAdvice(outcome) : silenceAdvice(outcome);
}

type Answered = Extract<ForwardOutcome, { readonly kind: 'answered' }>;
type Unanswered = Extract<ForwardOutcome, { readonly kind: 'unanswered' }>;

function statusAdvice(outcome: Answered): string | undefined {
  const { status } = outcome;
  if (isSuccess(status)) return undefined;
  switch (status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return redirectAdvice(outcome);
    case 401:
    case 403:
      return 'The app refuses it. If it verifies signatures: with the secret of this listener (--print-secret), and over the raw body, before any JSON parser?';
    case 404:
      return `The app has no such path. Give the whole one: --forward-to ${originOf(outcome)}/…`;
    case 405:
      return 'The path is there, but does not take this method. Notifications come as POST.';
    case 410:
      return 'Gone: this notification is given up, and not tried again.';
    case 413:
      return 'The app, or what parses its bodies, takes only smaller ones.';
    case 415:
      return 'The app does not take this content type. Event Objects come as application/json.';
    case 400:
    case 422:
      return 'The app does not like the body. Its own log says more.';
    case 429:
    case 503:
      return 'The app wants fewer requests at once; it is tried again later. Fewer at once: --concurrency 1';
    default:
      return status >= 500
        ? 'The app failed on it. Its own log says more; it is tried again on the schedule.'
        : undefined;
  }
}

/** The most frequent ones differ by a slash at the end, or by the protocol. */
function redirectAdvice({ url, location }: Answered): string {
  const to = location !== undefined && URL.canParse(location, url) ? new URL(location, url) : undefined;
  if (!to) return 'Redirects are not followed, since a POST seldom survives one.';
  const from = new URL(url);
  const isSlash = to.origin === from.origin && to.pathname === `${from.pathname}/`;
  const why = isSlash ? 'The path needs a slash at its end' : 'Redirects are not followed';
  return `${why}: --forward-to ${to.origin}${to.pathname}`;
}

function silenceAdvice({ error, durationMs }: Unanswered): string | undefined {
  switch (error) {
    case 'timeout':
      return `No answer within ${Math.round(durationMs / 1000)} s. Answer first and work later; at a breakpoint: --timeout 0`;
    case 'connection_reset':
      return 'The app took the connection and closed it without an answer. It may have crashed: see its own log.';
    case 'bad_answer':
      return 'Something answers there, but not in HTTP. Is it an https port, or another program’s?';
    case 'tls_failed':
      return 'The encryption failed. For a certificate of your own: --ca FILE, or --insecure on this machine.';
    case 'name_not_found':
      return 'No address was found for this host. Is its name spelled right?';
    default:
      return `Not sent: ${deliveryErrorText(error)}.`;
  }
}

function originOf({ url }: Answered): string {
  return new URL(url).origin;
}
