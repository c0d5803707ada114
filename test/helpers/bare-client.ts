import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import {
  readServiceMessage,
  SUBPROTOCOL,
  type ClientMessage,
  type Deliver,
  type Hello,
  type Ready,
  type ServiceMessage,
} from '../../src/tunnel/protocol.js';
import type { Merchant } from './service.js';
import { waitUntil } from './wait-until.js';

/** A client that speaks the tunnel protocol and does nothing by itself but what a test has it do. */
export interface BareClient {
  readonly listenerId: string;
  readonly webhookId: string;
  /** What the service said in answer to `hello`. */
  readonly ready: Ready;
  /** Every delivery so far, in order. */
  readonly deliveries: readonly Deliver[];
  /** Everything else that came. */
  readonly messages: readonly ServiceMessage[];
  send(message: ClientMessage): void;
  /** Waits until so many deliveries came in all, and answers the ids of their events. */
  got(count: number): Promise<readonly string[]>;
  /** Answers a delivery as the local app would have. */
  handle(index: number, status?: number): void;
  /** The link breaks without a word. */
  cut(): void;
  /** How the service closed the link. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Connects, says hello, and waits until it is ready; it ends with the test. */
export async function bareClient(
  { api }: Pick<Merchant, 'api'>,
  name: string,
  hello: Partial<Hello> = {},
): Promise<BareClient> {
  const { tunnelUrl, id: listenerId, webhookId } = await api.openListener({ name });
  const authorization = `Bearer ${await api.accessToken()}`;
  const socket = new WebSocket(tunnelUrl, SUBPROTOCOL, { headers: { authorization } });
  onTestFinished(() => socket.terminate());
  const deliveries: Deliver[] = [];
  const messages: ServiceMessage[] = [];
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  const send = (message: ClientMessage) => socket.send(JSON.stringify(message));
  socket.on('message', (frame: Buffer, isBinary) => {
    const message = readServiceMessage(frame, isBinary);
    if (message.type !== 'deliver') return void messages.push(message);
    deliveries.push(message);
    send({ type: 'received', id: message.id, attempt: message.attempt });
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  send({ type: 'hello', session: `session of ${name}`, client: 'a bare client', ...hello });
  const isReady = waitUntil('the client is ready', () => messages.some(({ type }) => type === 'ready'));
  await Promise.race([isReady, closed.then(({ reason }) => Promise.reject(new Error(reason)))]);

  return {
    listenerId,
    webhookId,
    ready: messages.find((message) => message.type === 'ready') as Ready,
    deliveries,
    messages,
    send,
    async got(count) {
      await waitUntil(`${count} deliveries came`, () => deliveries.length >= count);
      return deliveries.map(({ event }) => event.id);
    },
    handle(index, status = 200) {
      const { id = '', attempt = 0 } = deliveries[index] ?? {};
      send({ type: 'handled', id, attempt, status, durationMs: 1, answer: '' });
    },
    cut: () => socket.terminate(),
    closed,
  };
}
