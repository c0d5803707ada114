/* The server of the raw relay: run by `relay.ts`, as a process of its own. Argument: its port. */
import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { DEFAULT_WINDOW } from '../../src/model/listener.js';
import { encodeFrame } from './relay-frame.js';

let client: WebSocket | undefined;
let onTheWay = 0;
let waiting: Buffer[] = [];
let count = 0;

const server = createServer((request, answer) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (client) {
      count += 1;
      waiting.push(encodeFrame({ number: count, rawHeaders: request.rawHeaders, body: Buffer.concat(chunks) }));
      fill();
    }

    answer.writeHead(client ? 200 : 503, { 'content-length': 0 }).end();
  });
});
server.keepAliveTimeout = 120_000;

new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket) => {
  client = socket;
  onTheWay = 0;
  waiting = [];
  socket.on('message', () => {
    onTheWay -= 1;
    fill();
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    if (client === socket) client = undefined;
  });
  process.send?.('connected');
});
server.listen(Number(process.argv[2]), '127.0.0.1');
process.once('disconnect', () => process.exit());

function fill(): void {
  // As many are on their way at once as to a listener.
  while (client && onTheWay < DEFAULT_WINDOW) {
    const next = waiting.shift();
    if (!next) return;
    onTheWay += 1;
    client.send(next);
  }
}
