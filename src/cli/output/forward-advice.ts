import type { ForwardProblem } from '../../listen/forward-problems.js';
import { INBOX_TYPE } from '../../model/event-types.js';
import { shellWord } from '../../util/shell-word.js';
import { isRedirect, refusalText } from './status-advice.js';
import { shownText } from './personal-data.js';
import { printable } from './terminal.js';
import { command } from './text.js';
import { tlsFailureOf, tlsFailureText } from './tls-advice.js';

/** Whose signatures a replay sends: those of the recording, or its own. */
export type Signatures = 'recorded' | 'made anew';

export interface AdviceOptions {
  /** Show personal data in URLs as it is. */
  readonly reveal: boolean;
  /** Undefined where the service signs what comes. */
  readonly signatures?: Signatures | undefined;
}

/** What a delivery that failed most likely means, and what to try, in a line; undefined when there is nothing to say. */
export function forwardAdvice(problem: ForwardProblem, options: AdviceOptions): string | undefined {
  return problem.status === null ? adviceOnSilence(problem, options) : adviceOnStatus(problem.status, problem, options);
}

function adviceOnStatus(status: number, problem: ForwardProblem, options: AdviceOptions): string | undefined {
  if (isRedirect(status)) return adviceOnRedirect(problem, options);
  switch (status) {
    case 401:
    case 403:
      return adviceOnRefusedSignature(problem, options);
    case 404:
      return `${refusalText(status)} For another: ${forwardTo('localhost:3000/hooks')}`;
    case 410:
      return 'An answer of 410 gives a notification up: it is not sent again by itself.';
    case 400:
      return tlsPortAdvice(problem, options);
    default:
      return refusalText(status);
  }
}

function adviceOnRefusedSignature({ eventType }: ForwardProblem, { signatures }: AdviceOptions): string {
  if (eventType === INBOX_TYPE) {
    const age = signatures === undefined ? '' : ' The signature is as old as the recording.';
    return `The app refuses it. When it verifies signatures: over the raw body, and with the secret of the sender.${age}`;
  }

  if (signatures === 'recorded') {
    return `The app refuses it. When it verifies signatures: these are as old as the recording. With the app’s secret in ${command('CALREPLY_WEBHOOK_SECRET')} they are made anew.`;
  }

  const secret =
    signatures === 'made anew'
      ? `the secret in ${command('CALREPLY_WEBHOOK_SECRET')}, which signs this replay`
      : `this listener’s secret (${command('--print-secret')}, or ${command('--write-env .env')})`;
  return `The app refuses it. When it verifies signatures: over the raw body, byte for byte, and with ${secret}.`;
}

function adviceOnRedirect(problem: ForwardProblem, options: AdviceOptions): string {
  const { url, location } = problem;
  const sentence = 'Redirects are not followed';
  const to = location !== null && URL.canParse(location, url) ? new URL(location, url) : undefined;
  if (to === undefined) return `${sentence}: only an answer of 2xx counts as delivered.`;
  const isSlash = slashless(to) === slashless(new URL(url));
  const use = forwardThere(to, problem, options);
  if (use === undefined) {
    const place = printable(shownText(to.href, options.reveal));
    return isSlash
      ? `${sentence}, and ${place} differs only in the slash at the end. The sender has to write the inbox’s URL so, too.`
      : `${sentence}: only an answer of 2xx counts as delivered. The app sends to ${place}.`;
  }

  return isSlash
    ? `${sentence}, and the two differ only in the slash at the end. Use: ${use}`
    : `${sentence}: only an answer of 2xx counts as delivered. To send there: ${use}`;
}

/** The target to which the path and query behind an inbox lead to `to`, since they are added to each; undefined for none. */
function withoutInboxPath(to: URL, inboxPath: string): string | undefined {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(inboxPath) ?? [];
  const target = new URL(to);
  const own = target.search.slice(1);
  if (query !== '' && own === query) target.search = '';
  else if (query !== '' && own.endsWith(`&${query}`)) target.search = own.slice(0, -query.length - 1);
  if (!target.pathname.endsWith(path)) return undefined;
  target.pathname = target.pathname.slice(0, target.pathname.length - path.length);
  return target.href;
}

function adviceOnSilence(problem: ForwardProblem, options: AdviceOptions): string | undefined {
  const { hostname } = new URL(problem.url);
  switch (problem.error) {
    case 'connection_refused':
      return adviceOnRefusal(problem, options);
    case 'connection_reset':
      return (
        tlsPortAdvice(problem, options) ??
        'The app took the request and closed the connection. Its own log may say why.'
      );
    case 'bad_answer':
      return tlsPortAdvice(problem, options) ?? 'What answers there does not speak HTTP.';
    case 'tls_failed':
      return adviceOnTls(problem, options);
    case 'timeout':
      return `The app took too long. While you stand at a breakpoint: ${command('--timeout 0')}`;
    case 'name_not_found':
      return `No address is found for ${printable(hostname)}. Is the name spelled right?`;
    default:
      return undefined;
  }
}

function adviceOnRefusal(problem: ForwardProblem, options: AdviceOptions): string | undefined {
  const { url, openAt, isInContainer } = problem;
  const target = new URL(url);
  if (openAt !== null) {
    // Under the name both addresses are tried.
    target.hostname = 'localhost';
    const what = `But something listens at ${printable(new URL(openAt).host)}.`;
    return withCommand(what, 'For both', forwardThere(target, problem, options));
  }

  if (!isInContainer || !LOOPBACK.test(target.hostname)) return undefined;
  target.hostname = 'host.docker.internal';
  const what = `This runs in a container, where ${printable(new URL(url).hostname)} is the container itself.`;
  return withCommand(what, 'For an app on the machine around it', forwardThere(target, problem, options));
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function adviceOnTls(problem: ForwardProblem, options: AdviceOptions): string {
  const { url, systemCode } = problem;
  const what = tlsFailureText(systemCode, printable(new URL(url).hostname));
  switch (tlsFailureOf(systemCode)) {
    case 'no TLS':
      return withCommand(what, 'Use', forwardThere(withProtocol(url, 'http:'), problem, options));
    case 'not yet valid':
      return `${what} Is the clock of this machine right?`;
    case 'other':
      return what;
    default:
      return `${what} To trust who issued it: ${command('--ca FILE')}; to take any: ${command('--insecure')}`;
  }
}

function tlsPortAdvice(problem: ForwardProblem, options: AdviceOptions): string | undefined {
  if (!problem.isTlsPort) return undefined;
  const use = forwardThere(withProtocol(problem.url, 'https:'), problem, options);
  return withCommand('What listens there speaks https.', 'Use', use);
}

function withProtocol(url: string, protocol: 'http:' | 'https:'): URL {
  const target = new URL(url);
  target.protocol = protocol;
  return target;
}

function withCommand(what: string, purpose: string, use: string | undefined): string {
  return use === undefined ? what : `${what} ${purpose}: ${use}`;
}

/** The flag that leads to `to`, which is the URL of a request; undefined when no target does. */
function forwardThere(to: URL, { inboxPath }: ForwardProblem, options: AdviceOptions): string | undefined {
  const target = withoutInboxPath(to, inboxPath);
  return target === undefined ? undefined : forwardTo(shownText(target, options.reveal));
}

function forwardTo(target: string): string {
  return command(`--forward-to ${shellWord(target)}`);
}

function slashless({ origin, pathname, search }: URL): string {
  return origin + pathname.replace(/\/$/, '') + search;
}
