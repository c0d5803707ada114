import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { parseJson } from '../../src/util/http-client.js';

export interface ExchangeOptions {
  readonly method?: string;
  /** As an object, or as a list of name, value, name, value … that is sent as it is, several of one name included. */
  readonly headers?: Readonly<Record<string, string>> | readonly string[];
  /** Text or bytes are sent with their length; pieces are sent one after the other, without it. */
  readonly body?: string | Buffer | Iterable<Buffer>;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body; undefined when it is not JSON. */
  readonly json: unknown;
}

/** One HTTP request on a connection of its own, in every form a sender may choose, also wrong ones. */
export function exchange(
  url: string,
  { method = 'GET', headers, body }: ExchangeOptions = {},
): Promise<ExchangeAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, agent: false });
    setHeaders(request, headers);
    // Node leaves out the length of a DELETE's body, and the receiver takes it for the next request.
    if (typeof body === 'string' || Buffer.isBuffer(body)) request.setHeader('content-length', Buffer.byteLength(body));
    else if (body !== undefined) request.setHeader('transfer-encoding', 'chunked');
    request.on('response', (answer) => {
      readAnswer(answer).then(resolve, reject);
    });
    request.on('error', reject);
    if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) request.end(body);
    else void sendPieces(request, body);
  });
}

function setHeaders(request: ReturnType<typeof httpRequest>, headers: ExchangeOptions['headers'] = {}): void {
  const list: readonly string[] = isList(headers) ? headers : Object.entries(headers).flat();
  for (let i = 0; i + 1 < list.length; i += 2) request.appendHeader(list[i] ?? '', list[i + 1] ?? '');
}

function isList(headers: NonNullable<ExchangeOptions['headers']>): headers is readonly string[] {
  return Array.isArray(headers);
}

async function sendPieces(request: ReturnType<typeof httpRequest>, pieces: Iterable<Buffer>): Promise<void> {
  for (const piece of pieces) {
    if (request.destroyed || request.writableEnded) return;
    await new Promise((resolve) => request.write(piece, resolve));
  }

  request.end();
}

async function readAnswer(answer: IncomingMessage): Promise<ExchangeAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: answer.statusCode ?? 0, headers: answer.headers, text, json: parseJson(text) };
}
