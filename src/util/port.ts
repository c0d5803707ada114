import { connect } from 'node:net';
import { lookupWithLocalhost } from './localhost.js';

/** The host of a URL as sockets want it: an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** True when something accepts connections at the host and port of `url`, on any address of the host. */
export function isOpen(url: URL): Promise<boolean> {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const host = hostOf(url);
  return new Promise((resolve) => {
    const socket = connect({ host, port, autoSelectFamily: true, lookup: lookupWithLocalhost, timeout: 1000 });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
