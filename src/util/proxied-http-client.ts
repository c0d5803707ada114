import { ProxyAgent, request } from 'undici';
import {
  EXCHANGE_TIMEOUT,
  mayRepeat,
  parseJson,
  type JsonAnswer,
  type JsonRequest,
  type SendJson,
} from './http-client.js';
import type { OpenStream } from './http-stream.js';

/**
 * Sends requests and opens streams through a proxy. Undici knows how; whoever needs no proxy does not load this.
 *
 * As without one, a request that may be repeated goes out once more where its connection was closed.
 */
export function through(proxy: URL): { readonly send: SendJson; readonly openStream: OpenStream } {
  const dispatcher = new ProxyAgent(proxy.href);
  async function exchange({ method, url, headers, body }: JsonRequest, signal: AbortSignal): Promise<JsonAnswer> {
    const answer = await request(url, { method, headers, body, dispatcher, signal });
    return { status: answer.statusCode, headers: answer.headers, body: parseJson(await answer.body.text()) };
  }

  return {
    async send(request) {
      const signal = AbortSignal.timeout(request.timeout ?? EXCHANGE_TIMEOUT);
      try {
        return await exchange(request, signal);
      } catch (error) {
        if (!mayRepeat(request) || !CLOSED.has((error as NodeJS.ErrnoException).code)) throw error;
        return exchange(request, signal);
      }
    },
    async openStream({ url, headers, signal, silenceLimit }) {
      const limits = { headersTimeout: silenceLimit, bodyTimeout: silenceLimit };
      const answer = await request(url, { headers, dispatcher, signal, ...limits });
      return { status: answer.statusCode, body: answer.body };
    },
  };
}

/** How undici and the system call a connection that the other end closed. */
const CLOSED: ReadonlySet<string | undefined> = new Set(['UND_ERR_SOCKET', 'ECONNRESET']);
