import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { CalReplyError, systemErrorCode } from '../../errors.js';
import { connectionFailure } from '../../util/connection-failure.js';
import { requestFor } from '../../util/http-client.js';
import { hostOf } from '../../util/port.js';

/**
 * A connection to the host of `target`, by way of a proxy: it is asked for a tunnel (CONNECT, RFC 9110 section 9.3.6),
 * also where the target is no `wss:`, since a WebSocket is not a request that a proxy could pass on. Over the tunnel TLS
 * is spoken with the target itself, so the proxy sees no token and no event of a service that has a certificate.
 *
 * @throws {CalReplyError} ServiceUnreachable; the proxy is named without the password that may be in its address
 */
export function connectThrough(proxy: URL, target: URL, signal: AbortSignal): Promise<Socket> {
  const isSecure = target.protocol === 'wss:';
  const host = `${target.hostname}:${target.port || (isSecure ? 443 : 80)}`;
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown) => {
      const sentence = `The proxy ${proxy.origin} gives no way to ${host}: ${reason}.`;
      reject(new CalReplyError('ServiceUnreachable', sentence, { cause }));
    };
    const request = requestFor(proxy)({
      host: hostOf(proxy),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: host,
      headers: { host, ...authorizationFor(proxy) },
      agent: false,
      signal,
    });
    request.once('connect', ({ statusCode = 0, statusMessage = '' }, socket: Socket, head: Buffer) => {
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        return fail(`it answers ${[statusCode, statusMessage].join(' ').trimEnd()}`);
      }

      if (head.length > 0) socket.unshift(head);
      resolve(isSecure ? connectTls({ socket, ...serverNameOf(target) }) : socket);
    });
    request.once('error', (error) => {
      // What is aborted by its limit says only that it was.
      const cause: unknown = signal.aborted ? signal.reason : error;
      fail(connectionFailure(cause, systemErrorCode(cause)), cause);
    });
    request.end();
  });
}

/** RFC 9110 section 11.7.2. The URL has name and password percent-encoded. */
function authorizationFor({ username, password }: URL): { 'proxy-authorization'?: string } {
  if (username === '') return {};
  const credentials = [username, password].map(decodeURIComponent).join(':');
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** No name is sent for an address (RFC 6066 section 3); the certificate is checked against it all the same. */
function serverNameOf(target: URL): { servername: string } | { host: string } {
  const host = hostOf(target);
  return isIP(host) === 0 ? { servername: host } : { host };
}
