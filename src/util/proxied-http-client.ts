import { EnvHttpProxyAgent, request } from 'undici';
import { EXCHANGE_TIMEOUT, parseJson, type SendJson } from './http-client.js';
import type { OpenStream } from './http-stream.js';

/** Through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name. */
const dispatcher = new EnvHttpProxyAgent();

export const sendJsonThroughProxy: SendJson = async ({ method, url, headers, body, timeout = EXCHANGE_TIMEOUT }) => {
  const signal = AbortSignal.timeout(timeout);
  const answer = await request(url, { method, headers, body, dispatcher, signal });
  return { status: answer.statusCode, headers: answer.headers, body: parseJson(await answer.body.text()) };
};

export const openStreamThroughProxy: OpenStream = async ({ url, headers, signal, silenceLimit }) => {
  const limits = { headersTimeout: silenceLimit, bodyTimeout: silenceLimit };
  const answer = await request(url, { headers, dispatcher, signal, ...limits });
  return { status: answer.statusCode, body: answer.body };
};
