/* The client of the raw relay: run by `relay.ts`, as a process of its own. Arguments: the server's port, the app's address. */
import { Pool } from 'undici';
import { WebSocket } from 'ws';
import { decodeFrame } from './relay-frame.js';

const [port, target = ''] = process.argv.slice(2);
const pool = new Pool(target, { connections: 64, pipelining: 1 });
/** undici sets these itself. */
const OWN = new Set(['host', 'connection', 'content-length']);
/** In milliseconds. */
const RECONNECT_AFTER = 100;

connect();
process.once('disconnect', () => process.exit());

function connect(): void {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
  socket.on('message', (frame: Buffer) => void forward(frame, socket));
  socket.on('error', () => socket.terminate());
  socket.on('close', () => setTimeout(connect, RECONNECT_AFTER));
}

async function forward(frame: Buffer, socket: WebSocket): Promise<void> {
  const { number, rawHeaders, body } = decodeFrame(frame);
  const headers = rawHeaders.filter((_, i) => !OWN.has((rawHeaders[i - (i % 2)] ?? '').toLowerCase()));
  try {
    const answer = await pool.request({ method: 'POST', path: '/', headers, body });
    await answer.body.dump();
  } catch {
    // The app is down: it keeps nothing, and goes on.
  }

  socket.send(String(number), () => undefined);
}
