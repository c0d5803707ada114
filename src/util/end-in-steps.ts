import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** How long a sender may go on sending what nobody wants, in milliseconds. */
const LONGEST_LINGER = 2_000;

/**
 * Ends a connection behind what was written to it while its sender may still be sending: what comes is thrown away until
 * the sender has closed, too (RFC 9112 section 9.6). Closed at once, as Node does, the connection would be reset under the
 * sender's next piece, which mostly costs it the answer that says why.
 */
export function endInSteps(socket: Socket): void {
  const cut = setTimeout(() => socket.destroy(), LONGEST_LINGER);
  socket.once('close', () => clearTimeout(cut));
  socket.end();
}

/** Has the connection of a request end in steps, should it end before the request has arrived whole. */
export function endInStepsAfter(request: IncomingMessage): void {
  const { socket } = request;
  // Node's server calls this behind an answer after which the connection is to be closed.
  socket.destroySoon = () => {
    request.once('end', () => socket.destroy());
    endInSteps(socket);
  };
  request.once('end', () => Reflect.deleteProperty(socket, 'destroySoon'));
}
