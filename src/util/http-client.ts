import { request as requestByHttp, type ClientRequest, type RequestOptions } from 'node:http';
import { request as requestByHttps } from 'node:https';

/** A request to a service that answers with JSON. */
export interface JsonRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Whether it may be sent twice; true for GET and PUT when absent, see {@link mayRepeat}. */
  readonly isIdempotent?: boolean | undefined;
  /**
   * Takes a connection of its own, and sends its body when the service says “100 Continue” (RFC 9110 section 10.1.1): of
   * what fails before that it is known that nothing came of it, see {@link NotProcessed}.
   */
  readonly expectsContinue?: boolean;
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

/**
 * Sends a request and reads the answer whole. Rejects when there is none, with the system's error, which for one that
 * expects 100 Continue may be the cause of {@link NotProcessed}.
 */
export type SendJson = (request: JsonRequest) => Promise<JsonAnswer>;

/** A request that expects 100 Continue failed before the service said so. The system's error is its cause. */
export class NotProcessed extends Error {}

/** A service that does not know of 100 Continue says nothing, and gets the body after so many milliseconds. */
const CONTINUE_TIMEOUT = 1_000;

/** The usual limit on a whole exchange with the service, in milliseconds. */
export const EXCHANGE_TIMEOUT = 30_000;

/**
 * Sends by Node's own client. Undici is the better one for many requests, but its WebAssembly parser is compiled at the
 * first: a command with one request would take three times as long (`bench/startup`).
 *
 * A connection that is kept may be closed at the other end just as it is used again. An idempotent request then goes
 * out once more, on a connection of its own (RFC 9110 section 9.2.2).
 */
export const sendJson: SendJson = async (request) => {
  const signal = AbortSignal.timeout(request.timeout ?? EXCHANGE_TIMEOUT);
  try {
    return await exchange(request, signal, request.expectsContinue === true ? { agent: false } : {});
  } catch (error) {
    if (!(error instanceof ClosedMeanwhile)) throw error;
    if (!mayRepeat(request)) throw error.cause;
    return exchange(request, signal, { agent: false });
  }
};

/**
 * Whether a request may be sent once more where nobody knows what became of the first (RFC 9110 section 9.2.2). A DELETE
 * is left to whoever asked for it: the second would be told that there is nothing, of what the first took away.
 */
export function mayRepeat({ method, isIdempotent }: JsonRequest): boolean {
  return isIdempotent ?? (method === 'GET' || method === 'PUT');
}

/** A kept connection was closed before it brought anything of an answer. */
class ClosedMeanwhile extends Error {}

function exchange(
  { method, url, headers, body, expectsContinue }: JsonRequest,
  signal: AbortSignal,
  more: Pick<RequestOptions, 'agent'> = {},
): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const waits = expectsContinue === true && body !== undefined;
    const all = { ...headers, ...length, ...(waits && { expect: '100-continue' }) };
    const request = requestFor(url)(url, { method, headers: all, signal, ...more }, (answer) => {
      readText(answer).then((text) => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: parseJson(text) });
        // It may have answered without wanting the body.
        if (!request.writableEnded) request.destroy();
      }, reject);
    });
    request.on('error', (cause) => {
      const { code } = cause as NodeJS.ErrnoException;
      if (waits && !request.writableEnded) reject(new NotProcessed('', { cause }));
      else reject(code === 'ECONNRESET' && request.reusedSocket ? new ClosedMeanwhile('', { cause }) : cause);
    });
    if (waits) endAfterContinue(request, body);
    else request.end(body);
  });
}

/** Sends the body when the service says “100 Continue”, or has said nothing for a while. */
function endAfterContinue(request: ClientRequest, body: string): void {
  // The service may say so after the time is up, or more than once.
  const end = () => {
    if (!request.writableEnded) request.end(body);
  };
  const timer = setTimeout(end, CONTINUE_TIMEOUT);
  const cancel = () => clearTimeout(timer);
  request.on('continue', end).on('response', cancel).on('close', cancel).flushHeaders();
}

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
