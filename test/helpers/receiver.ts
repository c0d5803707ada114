import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Name and value by turns, in order and case as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** Somebody's program that takes webhooks. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** Everything that arrived, in order. */
  readonly requests: readonly ReceivedRequest[];
  /** The eventIds of what arrived, in order. */
  eventIds(): readonly string[];
  stop(): Promise<void>;
}

export interface ReceiverOptions {
  /** 200 when absent. `place` is 1 for the first request. */
  readonly answer?: (answer: ServerResponse, request: ReceivedRequest, place: number) => void;
  readonly port?: number;
}

/** Starts a receiver on a real port; it ends with the test. */
export async function startReceiver({ answer = ok, port: asked = 0 }: ReceiverOptions = {}): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => {
      requests.push(request);
      answer(response, request, requests.length);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(asked, '127.0.0.1', resolve);
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(stop);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    eventIds: () => requests.map(({ headers }) => String(headers['webhook-id'])),
    stop,
  };
}

/** A receiver that answers when it is told to: each of `finish` ends a request. Those left are ended with the test. */
export async function startSlowReceiver() {
  const finish: (() => void)[] = [];
  const slow = await startReceiver({ answer: (answer) => finish.push(() => answer.writeHead(200).end()) });
  onTestFinished(() => finish.forEach((end) => end()));
  return { slow, finish };
}

/** Answers with one status after the other, then with the last of them for good. */
export function statuses(...list: readonly number[]): NonNullable<ReceiverOptions['answer']> {
  return (answer, _, place) => answer.writeHead(list[Math.min(place, list.length) - 1] ?? 200).end();
}

function ok(answer: ServerResponse): void {
  answer.writeHead(200).end('ok');
}

async function readRequest(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  // A sender that is cut off in the middle is no request.
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = '', url = '', headers, rawHeaders } = incoming;
  return { method, url, headers, rawHeaders, body: Buffer.concat(chunks) };
}
