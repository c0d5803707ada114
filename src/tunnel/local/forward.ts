import { EventEmitter } from 'node:events';
import { performance } from 'node:perf_hooks';
import { rootCertificates } from 'node:tls';
import { Agent } from 'undici';
import { systemErrorCode } from '../../errors.js';
import { deliveryErrorOf, type DeliveryError } from '../../model/delivery-error.js';
import { endToEndHeaders } from '../../model/hop-by-hop.js';
import type { HeaderList } from '../../model/request.js';
import { readAnswer, type HttpAnswer } from '../../util/http-answer.js';
import { lookupWithLocalhost } from '../../util/localhost.js';
import type { Deliver } from '../protocol.js';

/** How forwarding went: the local app's answer, or why there was none. */
export type ForwardOutcome = {
  /** Where it went, path and query included; empty when it went nowhere. */
  readonly url: string;
  readonly durationMs: number;
} & (
  | ({ readonly kind: 'answered' } & HttpAnswer)
  | {
      readonly kind: 'unanswered';
      readonly error: DeliveryError;
      /** The system's or the HTTP client's own code, such as `ECONNREFUSED`, where there is one. */
      readonly systemCode?: string | undefined;
    }
);

/** What becomes of a delivery. One that is refused or held on its way to the app has passed through several of these. */
export type Forward = (delivery: Deliver) => Promise<ForwardOutcome>;

/** Sends deliveries to one local app. */
export interface Forwarder {
  /** Where deliveries go, as a URL. */
  readonly target: string;
  /** Never rejects: what goes wrong is an outcome. */
  forward(delivery: Pick<Deliver, 'method' | 'path' | 'query' | 'headers' | 'body'>): Promise<ForwardOutcome>;
  close(): Promise<void>;
}

export interface ForwarderOptions {
  readonly target: URL;
  /** The limit on the whole exchange in milliseconds; 0 for none, for breakpoints. */
  readonly timeout: number;
  /** Headers to add to every request. */
  readonly headers?: HeaderList;
  /** Certificates of authorities to trust beside the usual ones, PEM. */
  readonly ca?: string | undefined;
  /** Takes any certificate. */
  readonly insecure?: boolean;
}

/**
 * Forwards to a local app: the method, the bytes and the headers as they came, several of one name still several. Never
 * through a proxy, on ::1 and 127.0.0.1 alike, and redirects are not followed.
 */
export function forwarder({ target, timeout, headers: added = [], ca, insecure = false }: ForwarderOptions): Forwarder {
  const agent = new Agent({
    connect: {
      autoSelectFamily: true,
      lookup: lookupWithLocalhost,
      rejectUnauthorized: !insecure,
      ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    },
    // The one limit is the signal: undici's own timers miss a body that drips.
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
  });
  return {
    target: target.href,
    async forward({ method, path, query, headers, body }) {
      const startedAt = performance.now();
      const durationMs = () => Math.round(performance.now() - startedAt);
      const whole = targetPath(target, path, query);
      const url = target.origin + whole;
      const limit = exchangeLimit(timeout);
      try {
        const answer = await agent.request({
          origin: target.origin,
          path: whole,
          method,
          headers: [...endToEndHeaders(headers), ...added].flat(),
          body,
          signal: limit.signal,
        });
        return { kind: 'answered', url, ...(await readAnswer(answer)), durationMs: durationMs() };
      } catch (error) {
        const systemCode = systemErrorCode(error);
        const why = limit.isOver() ? 'timeout' : deliveryErrorOf(systemCode);
        return { kind: 'unanswered', url, error: why, systemCode, durationMs: durationMs() };
      } finally {
        limit.cancel();
      }
    },
    close: () => agent.destroy(),
  };
}

/** The limit on one exchange, in milliseconds, none for 0; for undici any emitter of `abort` is a signal, and costs less. */
function exchangeLimit(timeout: number) {
  const signal = new EventEmitter();
  let over = false;
  const end = () => {
    over = true;
    signal.emit('abort');
  };
  const timer = timeout > 0 ? setTimeout(end, timeout) : undefined;
  return { signal, isOver: () => over, cancel: () => clearTimeout(timer) };
}

/** The path that a delivery goes to: the target's own, then what followed the inbox's; both queries. */
export function targetPath(target: URL, path: string, query: string): string {
  const whole = path === '' ? target.pathname : target.pathname.replace(/\/$/, '') + path;
  const queries = [target.search.slice(1), query].filter((part) => part !== '');
  return queries.length > 0 ? `${whole}?${queries.join('&')}` : whole;
}
