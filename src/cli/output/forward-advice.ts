import type { ForwardProblem } from '../../listen/forward-problems.js';
import { INBOX_TYPE } from '../../model/event-types.js';
import { shellWord } from '../../util/shell-word.js';
import { isRedirect, refusalText } from './status-advice.js';
import { printable } from './terminal.js';
import { command } from './text.js';
import { tlsFailureOf, tlsFailureText } from './tls-advice.js';

/** What a delivery that failed most likely means, and what to try, in a line; undefined when there is nothing to say. */
export function forwardAdvice(problem: ForwardProblem): string | undefined {
  return problem.status === null ? adviceOnSilence(problem) : adviceOnStatus(problem.status, problem);
}

function adviceOnStatus(status: number, problem: ForwardProblem): string | undefined {
  if (isRedirect(status)) return adviceOnRedirect(problem);
  switch (status) {
    case 401:
    case 403:
      return problem.eventType === INBOX_TYPE
        ? 'The app refuses it. When it verifies signatures: over the raw body, and with the secret of the sender.'
        : `The app refuses it. When it verifies signatures: over the raw body, byte for byte, and with this listener’s secret (${command('--print-secret')}, or ${command('--write-env .env')}).`;
    case 404:
      return `${refusalText(status)} For another: ${forwardTo('localhost:3000/hooks')}`;
    case 410:
      return 'An answer of 410 gives a notification up: it is not sent again by itself.';
    case 400:
      return tlsPortAdvice(problem);
    default:
      return refusalText(status);
  }
}

function adviceOnRedirect({ url, location }: ForwardProblem): string {
  const sentence = 'Redirects are not followed';
  const to = location !== null && URL.canParse(location, url) ? new URL(location, url) : undefined;
  if (to === undefined) return `${sentence}: only an answer of 2xx counts as delivered.`;
  const isSlash = slashless(to) === slashless(new URL(url));
  return isSlash
    ? `${sentence}, and the two differ only in the slash at the end. Use: ${forwardTo(to.href)}`
    : `${sentence}: only an answer of 2xx counts as delivered. To send there: ${forwardTo(to.href)}`;
}

function adviceOnSilence(problem: ForwardProblem): string | undefined {
  const { hostname } = new URL(problem.url);
  switch (problem.error) {
    case 'connection_refused':
      return adviceOnRefusal(problem);
    case 'connection_reset':
      return tlsPortAdvice(problem) ?? 'The app took the request and closed the connection. Its own log may say why.';
    case 'bad_answer':
      return tlsPortAdvice(problem) ?? 'What answers there does not speak HTTP.';
    case 'tls_failed':
      return adviceOnTls(problem);
    case 'timeout':
      return `The app took too long. While you stand at a breakpoint: ${command('--timeout 0')}`;
    case 'name_not_found':
      return `No address is found for ${printable(hostname)}. Is the name spelled right?`;
    default:
      return undefined;
  }
}

function adviceOnRefusal({ url, openAt, isInContainer }: ForwardProblem): string | undefined {
  const target = new URL(url);
  if (openAt !== null) {
    // Under the name both addresses are tried.
    target.hostname = 'localhost';
    return `But something listens at ${printable(new URL(openAt).host)}. For both: ${forwardTo(target.href)}`;
  }

  if (!isInContainer || !LOOPBACK.test(target.hostname)) return undefined;
  target.hostname = 'host.docker.internal';
  return `This runs in a container, where ${printable(new URL(url).hostname)} is the container itself. For an app on the machine around it: ${forwardTo(target.href)}`;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function adviceOnTls({ url, systemCode }: ForwardProblem): string {
  const what = tlsFailureText(systemCode, printable(new URL(url).hostname));
  switch (tlsFailureOf(systemCode)) {
    case 'no TLS':
      return `${what} Use: ${forwardTo(url.replace(/^https:/, 'http:'))}`;
    case 'not yet valid':
      return `${what} Is the clock of this machine right?`;
    case 'other':
      return what;
    default:
      return `${what} To trust who issued it: ${command('--ca FILE')}; to take any: ${command('--insecure')}`;
  }
}

function tlsPortAdvice({ url, isTlsPort }: ForwardProblem): string | undefined {
  return isTlsPort ? `What listens there speaks https. Use: ${forwardTo(url.replace(/^http:/, 'https:'))}` : undefined;
}

function forwardTo(target: string): string {
  return command(`--forward-to ${shellWord(target)}`);
}

function slashless({ origin, pathname, search }: URL): string {
  return origin + pathname.replace(/\/$/, '') + search;
}
