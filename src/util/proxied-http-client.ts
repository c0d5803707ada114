import { ProxyAgent, request } from 'undici';
import { EXCHANGE_TIMEOUT, parseJson, type SendJson } from './http-client.js';
import type { OpenStream } from './http-stream.js';

/** Sends requests and opens streams through a proxy. Undici knows how; whoever needs no proxy does not load this. */
export function through(proxy: URL): { readonly send: SendJson; readonly openStream: OpenStream } {
  const dispatcher = new ProxyAgent(proxy.href);
  return {
    async send({ method, url, headers, body, timeout = EXCHANGE_TIMEOUT }) {
      const signal = AbortSignal.timeout(timeout);
      const answer = await request(url, { method, headers, body, dispatcher, signal });
      return { status: answer.statusCode, headers: answer.headers, body: parseJson(await answer.body.text()) };
    },
    async openStream({ url, headers, signal, silenceLimit }) {
      const limits = { headersTimeout: silenceLimit, bodyTimeout: silenceLimit };
      const answer = await request(url, { headers, dispatcher, signal, ...limits });
      return { status: answer.statusCode, body: answer.body };
    },
  };
}
