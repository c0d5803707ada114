import type { IncomingMessage } from 'node:http';

/** How long a sender may go on sending what nobody wants, in milliseconds. */
export const LONGEST_LINGER = 2_000;

/**
 * Has a connection closed in steps where its request is answered before it has arrived whole: first no more is written,
 * then what comes is thrown away until the sender has closed, too (RFC 9112 section 9.6). Closed at once, as Node does,
 * the connection would be reset under the sender's next piece, which mostly costs it the answer that says why.
 */
export function closeInSteps(request: IncomingMessage): void {
  const { socket } = request;
  // What Node's server calls when it has written an answer after which the connection is to be closed.
  socket.destroySoon = () => {
    const cut = setTimeout(() => socket.destroy(), LONGEST_LINGER);
    socket.once('close', () => clearTimeout(cut));
    request.once('end', () => socket.destroy());
    socket.end();
  };
}
