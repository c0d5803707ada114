import { connect } from 'node:net';
import { lookupWithLocalhost } from './localhost.js';
import { systemError } from './system-error.js';

/** The host of a URL as sockets want it: an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** True when something accepts connections at the host and port of `url`, on any address of the host. */
export async function isOpen(url: URL): Promise<boolean> {
  return (await whyClosed(url)) === undefined;
}

/**
 * The system's error for why no connection comes about at the host and port of `url`; undefined when one does. `ETIMEDOUT`
 * after a second.
 */
export function whyClosed(url: URL): Promise<Error | undefined> {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const host = hostOf(url);
  return new Promise((resolve) => {
    const socket = connect({ host, port, autoSelectFamily: true, lookup: lookupWithLocalhost, timeout: 1000 });
    const end = (error?: Error) => {
      socket.destroy();
      resolve(error);
    };
    socket.once('connect', () => end());
    socket.once('error', (error) => end(error));
    socket.once('timeout', () => end(systemError('ETIMEDOUT', 'no connection in time')));
  });
}
