import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Destination, OutgoingMessage, Outcome } from '../delivery/destination.js';
import { CalReplyError } from '../errors.js';
import type { Account } from '../model/account.js';
import { isDeliveryError } from '../model/delivery-error.js';
import type { StoreReads } from '../store/store.js';
import type { Clock } from '../util/clock.js';
import { rawAnswer } from '../util/raw-answer.js';
import { heartbeat } from './heartbeat.js';
import {
  CLOSE,
  encodeDelivery,
  MOST_FRAME,
  readClientMessage,
  RECEIVED_LIMIT,
  SUBPROTOCOL,
  type ClientMessage,
  type Failed,
  type Handled,
  type Hello,
  type ServiceMessage,
} from './protocol.js';

export interface TunnelServerOptions {
  readonly store: Pick<StoreReads, 'listener'>;
  readonly clock: Clock;
  /** @throws {CalReplyError} Unauthorized */
  readonly authenticate: (authorization: string | undefined) => Promise<Account>;
  /** A listener came: what waits for it can be sent. */
  readonly onConnect: () => void;
}

/** The service's end of all tunnels. For the delivery engine it is just another destination. */
export interface TunnelServer extends Destination {
  /** Takes an upgrade request of the HTTP server. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  isConnected(listenerId: string): boolean;
  connectedListeners(): readonly string[];
  /** Ends the tunnel of a listener that was taken off. */
  disconnect(listenerId: string): void;
  /** Tells every listener to come back later, takes no new one, and resolves when all are gone. */
  stop(): Promise<void>;
}

const PATH = /^\/v1\/listeners\/(lst_\w+)\/tunnel$/;
/** How long a client may take to say hello, in milliseconds. */
const HELLO_LIMIT = 5_000;
/** How long a client may take to answer that the service stops, in milliseconds. */
const CLOSE_LIMIT = 1_000;

export function tunnelServer({ store, clock, authenticate, onConnect }: TunnelServerOptions): TunnelServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_FRAME,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const links = new Map<string, Link>();

  const accept = (socket: WebSocket, listener: { id: string; name: string }) => {
    const cancelHello = clock.after(HELLO_LIMIT, () => socket.close(CLOSE.BadMessage, 'No hello came.'));
    socket.on('error', () => socket.terminate());
    socket.once('close', cancelHello);
    socket.once('message', (frame: Buffer, isBinary) => {
      cancelHello();
      const hello = understood(socket, frame, isBinary);
      if (!hello) return;
      if (hello.type !== 'hello') return socket.close(CLOSE.BadMessage, 'The first message is hello.');
      const holder = links.get(listener.id);
      if (holder && holder.session !== hello.session) {
        return socket.close(CLOSE.HeldByAnother, shortened(`“${listener.name}” is held by ${holder.client}.`));
      }

      holder?.replace();
      const link = openLink(socket, hello, clock, () => {
        if (links.get(listener.id) === link) links.delete(listener.id);
      });
      links.set(listener.id, link);
      link.send({ type: 'ready', listener: listener.id });
      onConnect();
    });
  };

  return {
    handleUpgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      listenerOf(request, store, authenticate).then(
        (listener) => sockets.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, listener)),
        (error: unknown) => refuse(socket, error),
      );
    },
    deliver(message, signal) {
      const link = links.get(message.notification.webhook.listenerId ?? '');
      return link ? link.deliver(message, signal) : Promise.resolve({ kind: 'unsent' });
    },
    isConnected: (listenerId) => links.has(listenerId),
    connectedListeners: () => [...links.keys()],
    disconnect(listenerId) {
      links.get(listenerId)?.close(CLOSE.ListenerRemoved, 'The listener was taken off.');
    },
    async stop() {
      for (const link of links.values()) link.close(CLOSE.Restart, 'The service is stopping.');
      // Those that have not said hello are no links yet.
      for (const socket of sockets.clients) socket.close(CLOSE.Restart, 'The service is stopping.');
      const cancelLimit = clock.after(CLOSE_LIMIT, () => {
        for (const socket of sockets.clients) socket.terminate();
      });
      await new Promise((resolve) => sockets.close(resolve));
      cancelLimit();
    },
  };
}

/** One connected listener. */
interface Link {
  readonly session: string;
  readonly client: string;
  readonly send: (message: Exclude<ServiceMessage, { type: 'deliver' }>) => void;
  deliver(message: OutgoingMessage, signal: AbortSignal): Promise<Outcome>;
  /** The same client came back on another connection. */
  replace(): void;
  close(code: number, reason: string): void;
}

/** A delivery that waits for its outcome. */
interface Open {
  readonly attempt: number;
  readonly received: () => void;
  readonly end: (outcome: Outcome) => void;
}

function openLink(socket: WebSocket, { session, client }: Hello, clock: Clock, onClosed: () => void): Link {
  const open = new Map<string, Open>();
  let closed = false;
  const send: Link['send'] = (message) => socket.send(JSON.stringify(message));
  const beat = heartbeat(clock, {
    ping: () => send({ type: 'ping' }),
    onSilence: () => close(CLOSE.Silence, 'Nothing was heard.'),
  });

  /** What was not handled is not lost: as unsent, it is due again at once. */
  const finish = () => {
    if (closed) return;
    closed = true;
    beat.stop();
    onClosed();
    for (const { end } of [...open.values()]) end({ kind: 'unsent' });
  };
  const close = (code: number, reason: string) => {
    socket.close(code, reason);
    finish();
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
    const message = understood(socket, frame, isBinary);
    if (message) take(message);
  });
  socket.once('close', finish);

  return {
    session,
    client,
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
      return new Promise<Outcome>((resolve) => {
        const cancelLimit = clock.after(RECEIVED_LIMIT, () => close(CLOSE.Silence, 'A delivery was not acknowledged.'));
        const onAbort = () => end({ kind: 'unsent' });
        const end = (outcome: Outcome) => {
          cancelLimit();
          signal.removeEventListener('abort', onAbort);
          open.delete(id);
          // Seen from here the way there and back belongs to it; the client's own figure is the local app's.
          const durationMs = Math.round(performance.now() - startedAt);
          resolve(outcome.kind === 'unsent' ? outcome : { ...outcome, durationMs });
        };
        signal.addEventListener('abort', onAbort);
        open.set(id, { attempt, received: cancelLimit, end });
        const { method, path, query } = event.request ?? { method: 'POST', path: '', query: '' };
        const { id: eventId, type, isTest } = event;
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
        );
      });
    },
  };
}

/** The message in a frame; a frame that is none ends the connection with the reason. */
function understood(socket: WebSocket, frame: Buffer, isBinary: boolean): ClientMessage | undefined {
  try {
    return readClientMessage(frame, isBinary);
  } catch (error) {
    socket.close(CLOSE.BadMessage, shortened((error as Error).message));
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

async function listenerOf(
  request: IncomingMessage,
  store: TunnelServerOptions['store'],
  authenticate: TunnelServerOptions['authenticate'],
): Promise<{ id: string; name: string }> {
  const [, id] = PATH.exec(request.url ?? '') ?? [];
  if (id === undefined) throw new CalReplyError('NotFound', 'There is no WebSocket here.');
  const account = await authenticate(request.headers.authorization);
  const listener = await store.listener(id);
  if (listener?.accountId !== account.id) throw new CalReplyError('NotFound', `There is no listener ${id}.`);
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(SUBPROTOCOL)) {
    throw new CalReplyError('ProtocolTooOld', `This service speaks ${SUBPROTOCOL} only.`);
  }

  return listener;
}

function refuse(socket: Duplex, error: unknown): void {
  const known =
    error instanceof CalReplyError ? error : new CalReplyError('ServiceFailed', 'The service failed on this request.');
  socket.end(rawAnswer(known.status, known.toBody(), known.headers));
}

/** The reason of a close frame has at most 123 bytes (RFC 6455, section 5.5). */
function shortened(reason: string): string {
  return Buffer.from(reason)
    .subarray(0, 120)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}
