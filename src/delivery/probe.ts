import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { CalReplyError, systemErrorCode } from '../errors.js';
import { deliveryErrorOf, type DeliveryError } from '../model/delivery-error.js';
import type { Attempt } from '../model/notification.js';
import type { HeaderList } from '../model/request.js';
import type { ClaimedNotification } from '../store/store.js';
import type { Clock } from '../util/clock.js';
import { readAnswer, type HttpAnswer } from '../util/http-answer.js';
import { systemError } from '../util/system-error.js';
import type { AddressGuard } from './address-guard.js';
import { attemptOf } from './attempt.js';
import { endWhereForbidden } from './guarded-socket.js';
import { CONNECT_TIMEOUT, EXCHANGE_TIMEOUT, MOST_HEADERS } from './limits.js';
import { stopwatch, type ProbeTimings } from './probe-timings.js';
import { refusalOf } from './refusal.js';
import { messageHeaders } from './signature.js';

/** Sends single notifications, each on a connection of its own, and watches every step: for who looks for a mistake. */
export interface Probe {
  /**
   * Makes the one attempt there is, with the headers, limits and addresses of any other. Failures of the other side are
   * results.
   *
   * @throws {CalReplyError} ServiceUnavailable when the service stops in the middle of it
   */
  send(notification: ClaimedNotification): Promise<ProbeResult>;
  /** Cuts off what is under way. */
  close(): void;
}

/** What happened to a probe. */
export interface ProbeResult {
  /** As it is kept in the history. */
  readonly attempt: Attempt;
  /** The address that was connected to, or tried last; null when it did not come that far. */
  readonly remoteAddress: string | null;
  /** The headers of the answer, as they came; none when there was no answer. */
  readonly headers: HeaderList;
  /** The system's own code for a missing answer, such as `CERT_HAS_EXPIRED`; null with an answer. */
  readonly systemCode: string | null;
  readonly timings: ProbeTimings;
}

export interface ProbeOptions {
  readonly guard: Omit<AddressGuard, 'checkUrl'>;
  readonly clock: Clock;
  /** `User-Agent` of what is sent. */
  readonly userAgent: string;
}

export function httpProbe(options: ProbeOptions): Probe {
  const ending = new AbortController();
  return {
    async send(notification) {
      const startedAt = options.clock.now();
      const refusal = refusalOf(notification.webhook, options.guard);
      if (refusal) return refused(notification.attempt, startedAt, refusal);
      const exchange = await exchangeOf(notification, startedAt, options, ending.signal);
      const { answer, error, timings, remoteAddress, headers } = exchange;
      const durationMs = Math.round(timings.totalMs);
      const outcome = answer
        ? ({ kind: 'answered', ...answer, durationMs } as const)
        : ({ kind: 'unanswered', error: deliveryErrorOf(error), durationMs } as const);
      return {
        attempt: attemptOf(notification.attempt, startedAt, outcome),
        remoteAddress,
        headers,
        systemCode: answer ? null : (error ?? null),
        timings,
      };
    },
    close: () => ending.abort(),
  };
}

/** Nothing was done, and so there is nothing that the system could say of it. */
function refused(number: number, startedAt: number, error: DeliveryError): ProbeResult {
  const attempt = attemptOf(number, startedAt, { kind: 'unanswered', error, durationMs: 0 });
  return { attempt, remoteAddress: null, headers: [], systemCode: null, timings: stopwatch(() => 0).timings() };
}

interface Exchange {
  readonly answer: HttpAnswer | undefined;
  /** The system's code. */
  readonly error: string | undefined;
  readonly remoteAddress: string | null;
  readonly headers: HeaderList;
  readonly timings: ProbeTimings;
}

function exchangeOf(
  notification: ClaimedNotification,
  now: number,
  { guard, clock, userAgent }: ProbeOptions,
  ending: AbortSignal,
): Promise<Exchange> {
  const watch = stopwatch();
  const url = new URL(notification.webhook.url);
  const isTls = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    // No agent: what is looked at is a whole connection, not one that happened to be open.
    const request = (isTls ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      agent: false,
      lookup: guard.lookup(url.protocol),
      maxHeaderSize: MOST_HEADERS,
    });
    let remoteAddress: string | null = null;
    let head: IncomingMessage | undefined;

    const timeOut = () => request.destroy(systemError('ETIMEDOUT', 'no answer in time'));
    const cancelExchange = clock.after(EXCHANGE_TIMEOUT, timeOut);
    const cancelConnect = clock.after(CONNECT_TIMEOUT, timeOut);
    const stopWaiting = () => {
      cancelExchange();
      cancelConnect();
      ending.removeEventListener('abort', onEnding);
    };
    const finish = (answer: HttpAnswer | undefined, error?: string) => {
      stopWaiting();
      const headers = head ? headerPairs(head.rawHeaders) : [];
      resolve({ answer, error, remoteAddress, headers, timings: watch.timings() });
    };
    const onEnding = () => {
      stopWaiting();
      reject(new CalReplyError('ServiceUnavailable', 'The service is stopping, and cut the test off. Try again soon.'));
      request.destroy();
    };
    ending.addEventListener('abort', onEnding);

    request.once('socket', (socket) => {
      endWhereForbidden(socket, guard, url.protocol);
      socket.once('lookup', () => watch.mark('dns'));
      socket.once('connect', () => {
        watch.mark('connect');
        remoteAddress = socket.remoteAddress ?? null;
        if (!isTls) cancelConnect();
      });
      socket.once('secureConnect', () => {
        watch.mark('tls');
        cancelConnect();
      });
    });
    request.once('response', (response) => {
      watch.mark('head');
      head = response;
      const { statusCode = 0, headers } = response;
      // A body that never ends is cut by the limit on the exchange, and counts as far as it came.
      void readAnswer({ statusCode, headers, body: response }).then((answer) => finish(answer));
    });
    request.on('error', (error) => {
      if (head) return;
      remoteAddress ??= addressOf(error);
      finish(undefined, systemErrorCode(error) ?? 'ECONNRESET');
    });
    // An answer of 101 ends the connection without an error.
    request.once('close', () => {
      if (!head) finish(undefined, 'ECONNRESET');
    });

    for (const [name, value] of messageHeaders(notification, now, userAgent)) request.appendHeader(name, value);
    request.end(notification.event.body);
  });
}

function headerPairs(raw: readonly string[]): HeaderList {
  return raw.flatMap((name, place) => (place % 2 === 0 ? [[name, raw[place + 1] ?? ''] as const] : []));
}

/** The address that a connection failed at, as the system tells it; the last one of several. */
function addressOf(error: Error): string | null {
  const last: unknown = error instanceof AggregateError ? error.errors.at(-1) : error;
  const { address } = last as { address?: unknown };
  return typeof address === 'string' ? address : null;
}
