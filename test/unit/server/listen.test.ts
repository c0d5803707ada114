import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { stopListening } from '../../../src/server/listen.js';
import { listenLocally } from '../../helpers/listen-locally.js';

test('connections that were made before a server stops listening are served; later ones are refused', async () => {
  const server = createServer((socket) => socket.end('served'));
  const port = await listenLocally(server);
  // The system makes them at once, long before the server is told.
  const early = Array.from({ length: 20 }, () => connect(port, '127.0.0.1'));

  const stopped = stopListening(server);
  expect(await Promise.all(early.map(outcome))).toEqual(Array(20).fill('served'));
  await stopped;
  expect(await outcome(connect(port, '127.0.0.1'))).toBe('ECONNREFUSED');
});

test('connections without end do not keep it from stopping', async () => {
  const server = createServer((socket) => socket.resume());
  const port = await listenLocally(server);
  const sockets: Socket[] = [];
  const flood = () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.on('connect', flood);
    sockets.push(socket);
  };
  for (let count = 0; count < 10; count += 1) flood();
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));

  await stopListening(server);
  expect(server.listening).toBe(false);
});

/** What a connection brought, or the code it failed with. */
function outcome(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    socket.on('data', (text) => resolve(text.toString()));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}
