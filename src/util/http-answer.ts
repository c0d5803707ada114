/** What is kept of an HTTP answer: its status, two headers, and the start of its body. */
export interface HttpAnswer {
  readonly status: number;
  /** The start of the body, as text. */
  readonly answer: string;
  /** The Retry-After header, as it came. */
  readonly retryAfter?: string | undefined;
  /** The Location header, as it came. */
  readonly location?: string | undefined;
}

/** At most this much of a body is kept, in bytes; then the connection is closed. */
export const MOST_ANSWER = 16_384;

/** An answer as HTTP clients give it: undici's, and with another name for the status Node's own. */
export interface IncomingAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Buffer>;
}

/** Reads an answer as far as it is kept. A body that breaks off counts as far as it came: the status is what matters. */
export async function readAnswer({ statusCode, headers, body }: IncomingAnswer): Promise<HttpAnswer> {
  return {
    status: statusCode,
    answer: await startOfBody(body),
    retryAfter: single(headers['retry-after']),
    location: single(headers.location),
  };
}

async function startOfBody(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MOST_ANSWER) break;
    }
  } catch {
    // It broke off, or took longer than the whole exchange may.
  }

  return Buffer.concat(chunks).subarray(0, MOST_ANSWER).toString('utf8');
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
