import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Destination } from '../../delivery/destination.js';
import type { Listener } from '../../model/listener.js';
import type { HoldingEnd, ReachableListener, SharedHolders, Store } from '../../store/store.js';
import type { Clock } from '../../util/clock.js';
import { CLOSE, MOST_FRAME, SUBPROTOCOL, type Hello, type Ready } from '../protocol.js';
import { admit, refuse, type Admission, type AdmissionOptions } from './admission.js';
import { HELD_AFTER_SILENCE, holders } from './holders.js';
import { openLink, shortened, understood, type Link } from './link.js';
import { watchLogin, type LoginWatchOptions } from './login-watch.js';
import { presence } from './presence.js';

export interface TunnelServerOptions extends AdmissionOptions, Pick<LoginWatchOptions, 'mayLogIn'> {
  readonly store: Pick<Store, 'listener' | 'connectListener' | 'markConnected' | 'sharedHolders'>;
  readonly clock: Clock;
  /** A listener came, or can take more: what waits for it can be sent. */
  readonly onRoom: () => void;
}

/** The service's end of all tunnels. For the delivery engine it is just another destination. */
export interface TunnelServer extends Destination {
  /** Takes an upgrade request of the HTTP server. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  isConnected(listenerId: string): boolean;
  /** Whether another session may not have the listener without taking it over; true for a moment after silence, too. */
  isHeld(listenerId: string): boolean;
  /** Those that can be delivered to, and how they take it. */
  reachableListeners(): readonly ReachableListener[];
  /** Ends the tunnel of a listener that was taken off. */
  disconnect(listenerId: string): void;
  /** Ends the tunnel of a listener whose credentials were replaced; it may come back with those that hold. */
  reconnect(listenerId: string): void;
  /**
   * Ends the tunnel of a listener for good, since somebody else takes its place.
   *
   * @param by words for people
   */
  takeOver(listener: Pick<Listener, 'id' | 'name'>, by: string): void;
  /** Tells every listener to come back later, takes no new one, and resolves when all are gone. */
  stop(): Promise<void>;
}

/** How long a client may take to say hello, in milliseconds. */
const HELLO_LIMIT = 5_000;
/** How long a client may take to answer that the service stops, in milliseconds. */
const CLOSE_LIMIT = 1_000;

export function tunnelServer(options: TunnelServerOptions): TunnelServer {
  const { store, clock, authenticate, mayLogIn, onRoom } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_FRAME,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const held = holders(clock);
  const shared = store.sharedHolders;

  const takeOver = ({ id, name }: Pick<Listener, 'id' | 'name'>, by: string) => {
    held.link(id)?.close(CLOSE.TakenOver, shortened(`“${name}” was taken over by ${by}.`));
    held.release(id);
  };
  // What cannot be said to the other processes now they see when they ask for the login, or for what is held.
  const endElsewhere = (listenerId: string, why: HoldingEnd) => void shared?.end(listenerId, why).catch(() => {});
  /** The links by what they are called among the processes that share the database. */
  const byHolding = new Map<string, Link>();
  shared?.onEnded((holding, why) => {
    const link = byHolding.get(holding);
    if (why.kind === 'moved') link?.replace();
    else link?.close(...closeFor(why));
  });

  const greet = (socket: WebSocket, stream: Duplex, admission: Admission) => {
    const cancelHello = clock.after(HELLO_LIMIT, () => socket.close(CLOSE.BadMessage, 'No hello came.'));
    socket.on('error', () => socket.terminate());
    socket.once('close', cancelHello);
    socket.once('message', (frame: Buffer, isBinary) => {
      cancelHello();
      // It may be on its way out: no hello came in time, or the service stops.
      if (socket.readyState !== socket.OPEN) return;
      const hello = understood(frame, isBinary, (reason) => socket.close(CLOSE.BadMessage, reason));
      if (!hello) return;
      if (hello.type !== 'hello') return socket.close(CLOSE.BadMessage, 'The first message is hello.');
      const { listener } = admission;
      const holder = held.holder(listener.id);
      if (holder?.session === hello.session) held.link(listener.id)?.replace();
      else if (hello.takeover === true) takeOver(listener, hello.client);
      else if (holder) {
        return socket.close(CLOSE.HeldByAnother, shortened(`“${listener.name}” is held by ${holder.client}.`));
      }

      if (shared) void connectShared(socket, stream, hello, admission, shared);
      else void connect(socket, stream, hello, admission);
    });
  };

  /** Takes the listener among the processes that share the database first. What the client says meanwhile waits. */
  const connectShared = async (
    socket: WebSocket,
    stream: Duplex,
    hello: Hello,
    admission: Admission,
    among: SharedHolders,
  ) => {
    const { id, name } = admission.listener;
    const { session, client, takeover = false } = hello;
    socket.pause();
    try {
      const taken = await among.take(id, { session, client, takeover });
      if (taken.kind === 'held') {
        return socket.close(CLOSE.HeldByAnother, shortened(`“${name}” is held by ${taken.client}.`));
      }

      if (socket.readyState !== socket.OPEN) return void among.release(taken.holding, 0).catch(() => {});
      // Somebody may have connected here while the database was asked; who asked last has it.
      held.link(id)?.replace();
      void connect(socket, stream, hello, admission, taken.holding);
    } catch {
      socket.close(CLOSE.Restart, 'The listener could not be taken.');
    } finally {
      socket.resume();
    }
  };

  const connect = async (
    socket: WebSocket,
    stream: Duplex,
    hello: Hello,
    { listener, login }: Admission,
    holding?: string,
  ) => {
    const { id } = listener;
    const present = presence(store, clock, id);
    const watch = watchLogin({
      ...{ clock, login, authenticate, mayLogIn, renews: hello.renews === true },
      onOver: (code, reason) => link.close(code, reason),
    });
    const link = openLink(socket, hello, {
      clock,
      stream,
      onRoom,
      onRenew(accessToken) {
        void watch.renew(accessToken).then((holds) => {
          if (holds) link.send({ type: 'renewed', expiresIn: watch.expiresIn });
        });
      },
      onClosed(code) {
        watch.stop();
        present.ended();
        const wasSilent = code === CLOSE.Silence;
        held.ended(id, link, wasSilent);
        if (holding === undefined) return;
        byHolding.delete(holding);
        void shared?.release(holding, wasSilent ? HELD_AFTER_SILENCE : 0).catch(() => {});
      },
    });
    held.take(id, link);
    if (holding !== undefined) byHolding.set(holding, link);
    const standing = await present.began();
    if (held.link(id) !== link) return;
    if (!standing) return link.close(CLOSE.ListenerRemoved, REMOVED);
    const { lastConnectedAt = null, pending: missed } = standing;
    const awayMs = lastConnectedAt === null ? undefined : Math.max(clock.now() - lastConnectedAt, 0);
    link.ready({ type: 'ready', listener: id, missed, awayMs, expiresIn: watch.expiresIn } satisfies Ready);
    onRoom();
  };

  return {
    handleUpgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      admit(request, options).then(
        (admission) => sockets.handleUpgrade(request, socket, head, (webSocket) => greet(webSocket, socket, admission)),
        (error: unknown) => refuse(socket, error),
      );
    },
    deliver(message, signal) {
      const link = held.link(message.notification.webhook.listenerId ?? '');
      return link?.isReady ? link.deliver(message, signal) : Promise.resolve({ kind: 'unsent' });
    },
    isConnected: (listenerId) =>
      held.link(listenerId) !== undefined || shared?.others().get(listenerId)?.isConnected === true,
    isHeld: (listenerId) => held.holder(listenerId) !== undefined || shared?.others().has(listenerId) === true,
    reachableListeners: () =>
      [...held.links()].flatMap(([id, { isReady, window, types, order }]) => {
        return isReady ? [{ id, window, types, order }] : [];
      }),
    disconnect(listenerId) {
      held.link(listenerId)?.close(...closeFor({ kind: 'removed' }));
      endElsewhere(listenerId, { kind: 'removed' });
    },
    reconnect(listenerId) {
      held.link(listenerId)?.close(...closeFor({ kind: 'login' }));
      endElsewhere(listenerId, { kind: 'login' });
    },
    takeOver(listener, by) {
      takeOver(listener, by);
      endElsewhere(listener.id, { kind: 'taken', by });
    },
    async stop() {
      for (const link of held.links().values()) link.close(CLOSE.Restart, 'The service is stopping.');
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

const REMOVED = 'The listener was taken off.';

/** How a link is closed that may not stay. */
function closeFor(why: Exclude<HoldingEnd, { kind: 'moved' }>): [code: number, reason: string] {
  switch (why.kind) {
    case 'taken':
      return [CLOSE.TakenOver, shortened(`It was taken over by ${why.by}.`)];
    case 'removed':
      return [CLOSE.ListenerRemoved, REMOVED];
    case 'login':
      return [CLOSE.LoginOver, 'Its credentials were replaced.'];
  }
}
