import { performance } from 'node:perf_hooks';
import { Agent } from 'undici';
import { systemErrorCode } from '../errors.js';
import { deliveryErrorOf, type DeliveryError } from '../model/delivery-error.js';
import type { HeaderList } from '../model/request.js';
import { readAnswer, type HttpAnswer } from '../util/http-answer.js';
import type { Deliver } from './protocol.js';

/** How forwarding went: the local app's answer, or why there was none. */
export type ForwardOutcome = {
  /** Where it went, path and query included. */
  readonly url: string;
  readonly durationMs: number;
} & (({ readonly kind: 'answered' } & HttpAnswer) | { readonly kind: 'unanswered'; readonly error: DeliveryError });

/** Sends deliveries to one local app. */
export interface Forwarder {
  /** Where deliveries go, as a URL. */
  readonly target: string;
  forward(delivery: Pick<Deliver, 'method' | 'path' | 'query' | 'headers' | 'body'>): Promise<ForwardOutcome>;
  close(): Promise<void>;
}

export interface ForwarderOptions {
  readonly target: URL;
  /** The limit on the whole exchange in milliseconds; 0 for none, for breakpoints. */
  readonly timeout: number;
  /** Headers to add to every request. */
  readonly headers?: HeaderList;
}

/**
 * Forwards to a local app: the method, the bytes and the headers as they came, several of one name still several. Never
 * through a proxy, on ::1 and 127.0.0.1 alike, and redirects are not followed.
 */
export function forwarder({ target, timeout, headers: added = [] }: ForwarderOptions): Forwarder {
  const agent = new Agent({ connect: { autoSelectFamily: true }, headersTimeout: 0, bodyTimeout: 0, pipelining: 1 });
  return {
    target: target.href,
    async forward({ method, path, query, headers, body }) {
      const startedAt = performance.now();
      const durationMs = () => Math.round(performance.now() - startedAt);
      const whole = targetPath(target, path, query);
      const url = target.origin + whole;
      const signal = timeout > 0 ? AbortSignal.timeout(timeout) : undefined;
      try {
        const answer = await agent.request({
          origin: target.origin,
          path: whole,
          method,
          headers: [...headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase())), ...added].flat(),
          body,
          signal,
        });
        return { kind: 'answered', url, ...(await readAnswer(answer)), durationMs: durationMs() };
      } catch (error) {
        const why = signal?.aborted ? 'timeout' : deliveryErrorOf(systemErrorCode(error));
        return { kind: 'unanswered', url, error: why, durationMs: durationMs() };
      }
    },
    close: () => agent.destroy(),
  };
}

/** The path that a delivery goes to: the target's own, then what followed the inbox's; both queries. */
export function targetPath(target: URL, path: string, query: string): string {
  const whole = path === '' ? target.pathname : target.pathname.replace(/\/$/, '') + path;
  const queries = [target.search.slice(1), query].filter((part) => part !== '');
  return queries.length > 0 ? `${whole}?${queries.join('&')}` : whole;
}

/** Headers of one connection, not of the message (RFC 9110, section 7.6.1), and those the HTTP client sets itself. */
const HOP_BY_HOP = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
