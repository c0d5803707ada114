import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A network between a client and a service, that a test can break. */
export interface TcpProxy {
  /** `url` with this proxy's port in place of the service's. */
  through(url: string): string;
  /** How many connections were made so far. */
  readonly connectionCount: number;
  /** Breaks every connection, as a network does: without a word. */
  cut(): void;
  /** From now on, what the client sends vanishes on its way, and neither side is told. */
  swallowFromClient(): void;
  /** From now on, what the service sends on the connections that there are gets through no faster, in bytes a second. */
  slowDown(rate: number): void;
  /** From now on, what the service answers on the connections that there are vanishes on its way. */
  swallowFromService(): void;
}

/** Starts a proxy to the service at `target`; it ends with the test. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port: targetPort } = new URL(target);
  const links = new Set<{ readonly client: Socket; readonly service: Socket }>();
  let connectionCount = 0;
  const server = createServer((client) => {
    connectionCount += 1;
    const service = connect(Number(targetPort), hostname);
    const link = { client, service };
    links.add(link);
    client.pipe(service);
    service.pipe(client);
    for (const socket of [client, service]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        links.delete(link);
        client.destroy();
        service.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const { client, service } of links) {
      client.destroy();
      service.destroy();
    }
  };
  onTestFinished(() => {
    server.close();
    cut();
  });

  const { port } = server.address() as AddressInfo;
  return {
    through(url) {
      const changed = new URL(url);
      changed.port = String(port);
      return changed.href;
    },
    get connectionCount() {
      return connectionCount;
    },
    cut,
    slowDown: (rate) => links.forEach(({ client, service }) => pipeSlowly(service, client, rate)),
    swallowFromClient: () => links.forEach(({ client, service }) => swallow(client, service)),
    swallowFromService: () => links.forEach(({ client, service }) => swallow(service, client)),
  };
}

function swallow(from: Socket, to: Socket): void {
  from.unpipe(to);
  from.resume();
}

/** Lets go on what came only when the time for it has passed, so that its sender has to wait too. */
function pipeSlowly(from: Socket, to: Socket, rate: number): void {
  from.unpipe(to);
  from.on('data', (chunk: Buffer) => {
    from.pause();
    setTimeout(
      () => {
        to.write(chunk);
        from.resume();
      },
      (chunk.length / rate) * 1000,
    );
  });
  from.on('end', () => to.end());
  from.resume();
}
