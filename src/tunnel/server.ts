import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Destination } from '../delivery/destination.js';
import { CalReplyError } from '../errors.js';
import type { Account } from '../model/account.js';
import type { StoreReads } from '../store/store.js';
import type { Clock } from '../util/clock.js';
import { rawAnswer } from '../util/raw-answer.js';
import { openLink, shortened, understood, type Link } from './link.js';
import { CLOSE, MOST_FRAME, SUBPROTOCOL } from './protocol.js';

export interface TunnelServerOptions {
  readonly store: Pick<StoreReads, 'listener'>;
  readonly clock: Clock;
  /** @throws {CalReplyError} Unauthorized */
  readonly authenticate: (authorization: string | undefined) => Promise<{ readonly account: Account }>;
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
  /** Ends the tunnel of a listener, which may come back with credentials that hold. */
  reconnect(listenerId: string): void;
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
    reconnect(listenerId) {
      links.get(listenerId)?.close(CLOSE.Restart, 'Its credentials were replaced.');
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

async function listenerOf(
  request: IncomingMessage,
  store: TunnelServerOptions['store'],
  authenticate: TunnelServerOptions['authenticate'],
): Promise<{ id: string; name: string }> {
  const [, id] = PATH.exec(request.url ?? '') ?? [];
  if (id === undefined) throw new CalReplyError('NotFound', 'There is no WebSocket here.');
  const { account } = await authenticate(request.headers.authorization);
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
  // The client may keep its own half open, and a stopping service would wait for it.
  socket.once('finish', () => socket.destroy());
  socket.end(rawAnswer(known.status, known.toBody(), known.headers));
}
