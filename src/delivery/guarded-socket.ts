import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectByTls } from 'node:tls';
import type { buildConnector } from 'undici';
import { systemClock, type Clock } from '../util/clock.js';
import { RecentMap } from '../util/recent-map.js';
import { systemError } from '../util/system-error.js';
import type { AddressGuard } from './address-guard.js';
import { CONNECT_TIMEOUT } from './limits.js';

export type SocketGuard = Pick<AddressGuard, 'lookup' | 'allows'>;

/** TLS sessions of so many servers are kept, which makes the next connection to one of them cheaper for both. */
const MOST_SESSIONS = 100;
/** How long a connection is idle before the system looks whether the other side is still there. In milliseconds. */
const KEEP_ALIVE_AFTER = 60_000;

/**
 * Opens connections for undici, to addresses that the guard allows. The limit of 5 seconds is on all of it: the name,
 * the connection and the encryption.
 */
export function guardedConnector(guard: SocketGuard, clock: Clock = systemClock): buildConnector.connector {
  const sessions = new RecentMap<string, Buffer>(MOST_SESSIONS);

  const open = (protocol: string, host: string, port: number): Socket => {
    const options = { host, port, lookup: guard.lookup(protocol), noDelay: true };
    if (protocol !== 'https:') return connectPlain(options);
    const server = `${host}:${port}`;
    const socket = connectByTls({
      ...options,
      // An address has no name to ask for.
      ...(isIP(host) === 0 && { servername: host }),
      ALPNProtocols: ['http/1.1'],
      session: sessions.get(server),
    });
    return socket.on('session', (session) => sessions.set(server, session));
  };

  return ({ protocol, hostname, port }, callback) => {
    const isTls = protocol === 'https:';
    const socket = open(protocol, hostname, Number(port) || (isTls ? 443 : 80));
    socket.setKeepAlive(true, KEEP_ALIVE_AFTER);
    endWhereForbidden(socket, guard, protocol);
    const cancel = clock.after(CONNECT_TIMEOUT, () =>
      socket.destroy(systemError('ETIMEDOUT', 'no connection in time')),
    );
    let isOver = false;
    const end = (...result: Parameters<typeof callback>) => {
      cancel();
      // The error of a connection that was handed over is undici's.
      if (isOver) return;
      isOver = true;
      callback(...result);
    };
    socket.on('error', (error) => end(error, null));
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      if (!socket.destroyed) end(null, socket);
    });
  };
}

/**
 * Ends a socket that is connected to an address that may not be sent to, whatever the lookup said, before anything is
 * written.
 *
 * @param socket has not connected yet
 */
export function endWhereForbidden(socket: Socket, guard: Pick<AddressGuard, 'allows'>, protocol: string): void {
  // Before all other listeners: TLS says hello, and HTTP sends its request, when they hear of it.
  socket.prependOnceListener('connect', () => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined) {
      socket.destroy(systemError('ECONNRESET', 'the connection was over before its address could be checked'));
    } else if (!guard.allows(protocol, remoteAddress)) {
      socket.destroy(systemError('ERR_ADDRESS_FORBIDDEN', `connected to ${remoteAddress}`));
    }
  });
}
