import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { eventually } from './eventually.js';
import type { AtEnd } from './home.js';

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A merchant's own program: keeps what it is sent and answers. */
export interface ReceivingApp {
  readonly url: string;
  readonly port: number;
  readonly received: readonly ReceivedRequest[];
  /** Waits until that many requests arrived. */
  arrived(count: number): Promise<readonly ReceivedRequest[]>;
  stop(): Promise<void>;
  /** Starts again on the same port, after `stop`. */
  restart(): Promise<void>;
}

type Answer = number | { status: number; body: string } | 'nothing' | 'death';

export interface ReceivingAppOptions {
  /** Any free one when absent. */
  readonly port?: number;
  /**
   * The status, or with a body; `'nothing'` leaves the request without an answer, `'death'` breaks off in the middle of its
   * head. 200 when absent.
   */
  readonly answer?: (request: ReceivedRequest) => Answer | Promise<Answer>;
}

export async function startReceivingApp(atEnd: AtEnd, options: ReceivingAppOptions = {}): Promise<ReceivingApp> {
  const { port: wanted = 0, answer = () => 200 } = options;
  const received: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request;
      const seen = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString('utf8') };
      received.push(seen);
      void Promise.resolve(answer(seen)).then((answered) => {
        if (answered === 'nothing') return;
        if (answered === 'death') return void request.socket.end('HTTP/1.1 200 OK\r\nContent-Ty');
        const { status, body } = typeof answered === 'number' ? { status: answered, body: '' } : answered;
        response.writeHead(status).end(body);
      });
    });
  });
  await listening(server, wanted);
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  atEnd(stop);

  return {
    url: `http://127.0.0.1:${port}/hooks`,
    port,
    received,
    arrived: (count) => eventually(`${count} requests at the app`, () => received.length >= count && received),
    stop,
    restart: () => listening(server, port),
  };
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await listening(server, 0);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** True when a program could listen on `port` of this machine now. */
export async function isFree(port: number): Promise<boolean> {
  const server = createTcpServer();
  try {
    await listening(server, port);
  } catch {
    return false;
  }

  await new Promise((resolve) => server.close(resolve));
  return true;
}

/** What the request says, once the public `standardwebhooks` package accepts its signature; throws when it does not. */
export function verified(secret: string, { body, headers }: ReceivedRequest): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
