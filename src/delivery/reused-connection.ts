import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Tells whether a request was lost on a connection that had carried others before. */
export interface ReusedConnections {
  /** True for the error of a request whose connection broke and was not made for it. */
  brokeUnder(error: unknown): boolean;
  close(): void;
}

/**
 * A receiver may close a connection that idles at the very moment the next request is written to it. That says nothing
 * about the receiver, and is told from a reset of its own by one fact that undici tells nobody but its diagnostics
 * channel: which requests went over which socket.
 */
export function watchReusedConnections(): ReusedConnections {
  const requestsOn = new WeakMap<Socket, number>();
  const broken = new WeakSet<Error>();
  const onHeaders = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket };
    const before = requestsOn.get(socket) ?? 0;
    requestsOn.set(socket, before + 1);
    if (before > 0) return;
    socket.on('error', (error) => {
      if ((requestsOn.get(socket) ?? 0) > 1) broken.add(error);
    });
  };
  subscribe(CHANNEL, onHeaders);
  return {
    brokeUnder: (error) => error instanceof Error && broken.has(error),
    close: () => void unsubscribe(CHANNEL, onHeaders),
  };
}

/** Undici publishes here when it has written the head of a request (docs/docs/api/DiagnosticsChannel.md). */
const CHANNEL = 'undici:client:sendHeaders';
