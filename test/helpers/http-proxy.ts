import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { AtEnd } from './home.js';

/** A proxy as `HTTP_PROXY` names one: what goes through it asks for a tunnel (CONNECT, RFC 9110 section 9.3.6). */
export interface HttpProxy {
  readonly url: string;
  /** The hosts with their ports that tunnels were asked for, in order. */
  readonly asked: readonly string[];
  /** Breaks every tunnel, as a network does: without a word. */
  cut(): void;
}

export interface HttpProxyOptions {
  /** `name:password` that whoever asks has to say; none when absent. */
  readonly login?: string;
  /** Where hosts are that this proxy alone reaches. */
  readonly names?: Readonly<Record<string, string>>;
}

export async function startHttpProxy(atEnd: AtEnd, { login, names = {} }: HttpProxyOptions = {}): Promise<HttpProxy> {
  const asked: string[] = [];
  const links = new Set<Socket>();
  const server = createServer((_, answer) => answer.writeHead(501).end());
  server.on('connect', ({ url = '', headers }, client: Socket, head) => {
    asked.push(url);
    const basic = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
    if (headers['proxy-authorization'] !== basic) {
      return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    }

    const { hostname, port } = new URL(`http://${url}`);
    const service = connect(Number(port || 80), names[hostname] ?? hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      service.write(head);
      service.pipe(client);
      client.pipe(service);
    });
    for (const [socket, other] of [
      [client, service],
      [service, client],
    ] as const) {
      links.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        links.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of links) socket.destroy();
  };
  atEnd(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        cut();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, cut };
}
