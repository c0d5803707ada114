import { request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';

/** A request to a service that answers with JSON. */
export interface JsonRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** The limit on the whole exchange, in milliseconds; {@link EXCHANGE_TIMEOUT} when absent. */
  readonly timeout?: number;
}

export interface JsonAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed body; undefined when there is none or it is not JSON. */
  readonly body: unknown;
}

/** Sends a request and reads the answer whole. Rejects when there is none, with the system's error. */
export type SendJson = (request: JsonRequest) => Promise<JsonAnswer>;

/** The usual limit on a whole exchange with the service, in milliseconds. */
export const EXCHANGE_TIMEOUT = 30_000;

/**
 * Sends by Node's own client. Undici is the better one for many requests, but its WebAssembly parser is compiled at the
 * first: a command with one request would take three times as long (`bench/startup`).
 */
export const sendJson: SendJson = ({ method, url, headers, body, timeout = EXCHANGE_TIMEOUT }) =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { method, headers: { ...headers, ...length }, signal: AbortSignal.timeout(timeout) };
    const request = requestFor(url)(url, options, (answer) => {
      readText(answer).then((text) => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: parseJson(text) });
      }, reject);
    });
    request.on('error', reject);
    request.end(body);
  });

/** Node's own way to send a request to a URL of http or https. */
export function requestFor(url: URL): typeof requestByHttp {
  return url.protocol === 'https:' ? requestByHttps : requestByHttp;
}

/** The value that `text` is JSON for; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The whole of a body, which is UTF-8. */
export async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
