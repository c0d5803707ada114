import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { OutgoingMessage, Outcome } from '../../delivery/destination.js';
import { isDeliveryError } from '../../model/delivery-error.js';
import { HISTORY_TYPES } from '../../model/event-types.js';
import { DEFAULT_WINDOW } from '../../model/listener.js';
import type { ReachableListener } from '../../store/store.js';
import type { Clock } from '../../util/clock.js';
import { oneWriteATurn } from '../../util/one-write-a-turn.js';
import { heartbeat } from '../heartbeat.js';
import {
  CLOSE,
  encodeDelivery,
  readClientMessage,
  type ClientMessage,
  type Failed,
  type Handled,
  type Hello,
  type Ready,
  type ServiceMessage,
} from '../protocol.js';
import { watchReceipts } from './receipts.js';

/** One connected listener. */
export interface Link extends Pick<ReachableListener, 'window' | 'types' | 'order'> {
  readonly session: string;
  readonly client: string;
  /** Whether it was told so; nothing is delivered before. */
  readonly isReady: boolean;
  ready(message: Ready): void;
  readonly send: (message: Exclude<ServiceMessage, { type: 'deliver' | 'ready' }>) => void;
  deliver(message: OutgoingMessage, signal: AbortSignal): Promise<Outcome>;
  /** The same client came back on another connection. */
  replace(): void;
  close(code: number, reason: string): void;
}

/** So many bytes may wait for a client that reads nothing. */
const MOST_UNREAD = 1024 * 1024;

/** A delivery that waits for its outcome. */
interface Open {
  readonly attempt: number;
  /** Of its event. */
  readonly type: string;
  readonly received: () => void;
  readonly end: (outcome: Outcome) => void;
}

export interface LinkOptions {
  readonly clock: Clock;
  /** What the WebSocket speaks over. */
  readonly stream: Duplex;
  /** The client has a new access token. */
  readonly onRenew: (accessToken: string) => void;
  /** What it takes has changed: there may be room. */
  readonly onRoom: () => void;
  /** Called once, whoever ended it, with the code that the service closed it with; undefined where the service did not. */
  readonly onClosed: (code: number | undefined) => void;
}

/** Runs the service's end of one connection that has said hello. */
export function openLink(
  socket: WebSocket,
  hello: Hello,
  { clock, stream, onRenew, onRoom, onClosed }: LinkOptions,
): Link {
  const { session, client, window = DEFAULT_WINDOW, order = 'subscription' } = hello;
  const open = new Map<string, Open>();
  // What is claimed together is sent together.
  const gather = oneWriteATurn(stream);
  let busy: ReadonlySet<string> = new Set();
  let closed = false;
  let isReady = false;
  const send = (message: Exclude<ServiceMessage, { type: 'deliver' }>) => {
    // Whoever asks and reads no answer would fill the memory; of deliveries, their acknowledgements tell.
    if (open.size === 0 && socket.bufferedAmount > MOST_UNREAD) return socket.terminate();
    socket.send(JSON.stringify(message));
  };
  const beat = heartbeat(clock, {
    ping: () => send({ type: 'ping' }),
    onSilence: () => close(CLOSE.Silence, 'Nothing was heard.'),
  });

  const receipts = watchReceipts(clock, () => close(CLOSE.Silence, 'A delivery was not acknowledged.'));

  /** What was not handled is not lost: as unsent, it is due again at once. */
  const finish = (code?: number) => {
    if (closed) return;
    closed = true;
    beat.stop();
    receipts.stop();
    onClosed(code);
    for (const { end } of [...open.values()]) end({ kind: 'unsent' });
  };
  const close = (code: number, reason: string) => {
    socket.close(code, reason);
    finish(code);
  };

  const take = (message: ClientMessage) => {
    switch (message.type) {
      case 'ping':
        return send({ type: 'pong' });
      case 'received':
        return answered(message)?.received();
      case 'handled':
      case 'failed':
        return answered(message)?.end(outcomeOf(message));
      case 'busy':
        busy = new Set(message.types);
        return onRoom();
      case 'renew':
        return onRenew(message.accessToken);
      case 'hello':
        return close(CLOSE.BadMessage, 'Hello is said once.');
      case 'pong':
    }
  };
  const answered = ({ id, attempt }: { id: string; attempt: number }) => {
    const delivery = open.get(id);
    return delivery?.attempt === attempt ? delivery : undefined;
  };

  socket.on('message', (frame: Buffer, isBinary) => {
    beat.heard();
    const message = understood(frame, isBinary, (reason) => close(CLOSE.BadMessage, reason));
    if (message) take(message);
  });
  socket.once('close', () => finish());

  return {
    session,
    client,
    // What its app has no room for takes no room from others.
    get window() {
      return busy.size === 0 ? window : window + [...open.values()].filter(({ type }) => busy.has(type)).length;
    },
    get types() {
      return busy.size === 0 ? null : HISTORY_TYPES.filter((type) => !busy.has(type));
    },
    order,
    get isReady() {
      return isReady;
    },
    ready(message) {
      isReady = true;
      send(message);
    },
    send,
    close,
    replace() {
      socket.terminate();
      finish();
    },
    deliver({ notification, headers, body }, signal) {
      if (closed) return Promise.resolve({ kind: 'unsent' });
      const { id, attempt, event } = notification;
      const startedAt = performance.now();
      // How long the local app took is for the client to say: it may have held what came while the app was down.
      const atMost = (durationMs: number) => Math.round(Math.min(durationMs, performance.now() - startedAt));
      return new Promise<Outcome>((resolve) => {
        const onAbort = () => end({ kind: 'unsent' });
        const end = (outcome: Outcome) => {
          receipts.received(id);
          signal.removeEventListener('abort', onAbort);
          open.delete(id);
          resolve(outcome.kind === 'unsent' ? outcome : { ...outcome, durationMs: atMost(outcome.durationMs) });
        };
        signal.addEventListener('abort', onAbort);
        open.set(id, { attempt, type: event.type, received: () => receipts.received(id), end });
        const { method, path, query } = event.request ?? { method: 'POST', path: '', query: '' };
        const { id: eventId, type, isTest } = event;
        gather();
        socket.send(
          encodeDelivery({
            type: 'deliver',
            id,
            attempt,
            event: { id: eventId, type, isTest },
            method,
            path,
            query,
            headers,
            body,
          }),
          () => {
            if (open.get(id)?.end === end) receipts.sent(id);
          },
        );
      });
    },
  };
}

/**
 * The message in a frame.
 *
 * @param onBroken told why it is none
 */
export function understood(
  frame: Buffer,
  isBinary: boolean,
  onBroken: (reason: string) => void,
): ClientMessage | undefined {
  try {
    return readClientMessage(frame, isBinary);
  } catch (error) {
    onBroken(shortened((error as Error).message));
    return undefined;
  }
}

function outcomeOf(message: Handled | Failed): Outcome {
  if (message.type === 'failed') {
    const error = isDeliveryError(message.error) ? message.error : 'failed';
    return { kind: 'unanswered', error, durationMs: message.durationMs };
  }

  const { status, durationMs, answer, retryAfter, location } = message;
  return { kind: 'answered', status, durationMs, answer, retryAfter, location };
}

/** The reason of a close frame has at most 123 bytes (RFC 6455, section 5.5). */
export function shortened(reason: string): string {
  return Buffer.from(reason)
    .subarray(0, 120)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}
