import { CalReplyError, type ErrorCode } from '../../errors.js';
import { CLOSE } from '../protocol.js';

/** Why a link ended, or did not come about, and what follows from it. */
export interface LinkEnd {
  /** A sentence, or a part of one. */
  readonly reason: string;
  /** Set where coming back would be of no use. */
  readonly fatal?: CalReplyError;
  /** Only the login is over: a new one is all it takes, and there is nothing to wait for. */
  readonly needsLogin?: boolean;
  /** The service asked to be left alone for so long, in milliseconds. */
  readonly pause?: number | undefined;
  /** Of a link that was up: for how long nothing has come any more, in milliseconds, what this machine slept included. */
  readonly silence?: () => number;
}

/** The waits between tries while the service is out of reach, in milliseconds. */
export const BETWEEN_TRIES = { first: 1_000, most: 10_000 };

/** What passes by itself. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'ServiceUnreachable',
  'ServiceUnavailable',
  'ServiceFailed',
  'TooManyTries',
]);

/** What the service says to a login that holds no more, and to one that it never knew. */
const REVOKED: ReadonlySet<ErrorCode> = new Set(['InvalidCredentials', 'Unauthorized']);

/** After these refusals of a WebSocket asking again is of no use; after any other, asking for the listener anew is. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['Forbidden', 'ProtocolTooOld']);

/** Nobody waits longer than this because a service said so, in milliseconds. */
const LONGEST_PAUSE = 300_000;

/** The end of a link that was closed with `code` and `words`; see docs/tunnel-protocol.md. */
export function endByClose(code: number, words: string): LinkEnd {
  const reason = words === '' ? 'the link broke' : words;
  switch (code) {
    case CLOSE.BadMessage:
      return { reason, fatal: new CalReplyError('ProtocolTooOld', reason) };
    case CLOSE.LoginOver:
      return { reason, needsLogin: true };
    case CLOSE.ListenerRemoved:
      return lost('This listener was taken off.', 'Start calreply listen again for a new one.');
    case CLOSE.HeldByAnother:
      return lost(
        reason,
        'End the other one, take its place with --takeover, or listen under another name with --name.',
      );
    case CLOSE.TakenOver:
      return lost(reason, 'Take it back with --takeover, or listen under another name with --name.');
    default:
      return { reason };
  }
}

/** The end of a try to ask for the listener, to log in or to get through a proxy, by what it failed with. */
export function endByFailure(error: unknown): LinkEnd {
  const known =
    error instanceof CalReplyError ? error : new CalReplyError('TunnelLost', String(error), { cause: error });
  if (REVOKED.has(known.code)) return { reason: known.message, fatal: revoked(known) };
  return { ...endOf(known), ...(!PASSING.has(known.code) && { fatal: known }) };
}

/** The end of a try whose WebSocket the service refused. */
export function endByRefusal(error: CalReplyError): LinkEnd {
  return { ...endOf(error), ...(FINAL.has(error.code) && { fatal: error }) };
}

function endOf({ message, retryAfter }: CalReplyError): LinkEnd {
  return { reason: message, pause: retryAfter && Math.min(retryAfter * 1000, LONGEST_PAUSE) };
}

function lost(reason: string, hint: string): LinkEnd {
  return { reason, fatal: new CalReplyError('TunnelLost', reason, { hint }) };
}

/** The hint stays: it says how to log in there. */
function revoked(refusal: CalReplyError): CalReplyError {
  const reason = 'The login of this listener was revoked: its client id and secret hold no more.';
  const { code, hint } = refusal;
  return new CalReplyError(code, reason, { cause: refusal, ...(hint !== undefined && { hint }) });
}
