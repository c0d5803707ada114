import { requestFor } from './http-client.js';

/** A GET whose answer goes on until one side ends it. */
export interface StreamRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** It fails when nothing at all came for so long, in milliseconds: the link may be half-open. */
  readonly silenceLimit: number;
}

export interface StreamAnswer {
  readonly status: number;
  /** What comes, as it comes. Fails when the link breaks or is silent. */
  readonly body: AsyncIterable<Buffer>;
}

/** Sends a request and gives the answer as soon as it begins. Rejects when there is none, with the system's error. */
export type OpenStream = (request: StreamRequest) => Promise<StreamAnswer>;

/** By Node's own client, for the reason that `sendJson` has. */
export const openStream: OpenStream = ({ url, headers, signal, silenceLimit }) =>
  new Promise((resolve, reject) => {
    const request = requestFor(url)(url, { headers, signal, timeout: silenceLimit, agent: false }, (answer) => {
      // Its reader is to know why, which the end of the request alone does not tell it.
      request.on('timeout', () => answer.destroy(silence(silenceLimit)));
      resolve({ status: answer.statusCode ?? 0, body: answer });
    });
    request.on('timeout', () => request.destroy(silence(silenceLimit)));
    request.on('error', reject);
    request.end();
  });

function silence(limit: number): Error {
  const error = new Error(`nothing was heard for ${limit / 1000} s`);
  error.name = 'TimeoutError';
  return error;
}
