import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A receiver that speaks bytes, so that it can answer with anything at all. */
export interface RawReceiver {
  readonly url: string;
  /** How many requests came whole. */
  readonly requestCount: number;
  /** How many bytes it could send. */
  readonly bytesSent: number;
}

/**
 * What it does on a request.
 *
 * @param place of the request on its connection, 1 for the first
 */
export type Behaviour = (socket: Socket, place: number) => void;

/** Starts it; it ends with the test. */
export async function startRawReceiver(behave: Behaviour): Promise<RawReceiver> {
  const sockets = new Set<Socket>();
  let requestCount = 0;
  let bytesBefore = 0;
  const server = createServer((socket) => {
    let text = '';
    let place = 0;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      bytesBefore += socket.bytesWritten;
    });
    socket.setEncoding('latin1').on('data', (more: string) => {
      text += more;
      const length = lengthOfRequest(text);
      if (length === undefined || text.length < length) return;
      text = text.slice(length);
      place += 1;
      requestCount += 1;
      behave(socket, place);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get requestCount() {
      return requestCount;
    },
    get bytesSent() {
      return [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, bytesBefore);
    },
  };
}

/** A whole answer with JSON, after which its connection is kept. */
export const KEPT = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue';

/** One that answers the first request of each connection, and closes it when the next one comes. */
export const startClosing = () =>
  startRawReceiver((socket, place) => void (place === 1 ? socket.write(KEPT) : socket.destroy()));

/** Sends `piece` again and again as fast as it is taken, up to `most` bytes. */
export function pour(socket: Socket, piece: Buffer, most = Infinity): void {
  let left = most;
  const write = () => {
    while (left > 0 && !socket.destroyed) {
      left -= piece.length;
      if (!socket.write(piece)) return void socket.once('drain', write);
    }
  };
  write();
}

/** Sends `piece` every millisecond. */
export function drip(socket: Socket, piece: string): void {
  const timer = setInterval(() => socket.write(piece), 1);
  socket.on('close', () => clearInterval(timer));
}

function lengthOfRequest(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head)) ?? [];
  return head + 4 + Number(length);
}
