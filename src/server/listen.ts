import type { AddressInfo, Server } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { CalReplyError, systemErrorCode } from '../errors.js';

/**
 * Begins to take connections.
 *
 * @returns where this machine reaches it
 * @throws {CalReplyError} PortTaken, WrongUse
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw explained(error, host, port);
  }

  const { address, family, port: actualPort } = app.server.address() as AddressInfo;
  // Bound to every address, it is reached from here at the loopback one.
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${actualPort}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actualPort}`;
}

/** How long the backlog of connections may take, in milliseconds, where more and more of them come. */
const BACKLOG_LIMIT = 200;
/** So many turns of the event loop without a connection say that nobody waits: the first may be one with much else to do. */
const QUIET_TURNS = 3;

/**
 * Takes no connection from here on, except those that were made already: the system makes them before this process knows,
 * gives it one at a turn of the event loop, and breaks those that it did not get to when the socket stops listening.
 */
export async function stopListening(server: Server): Promise<void> {
  const deadline = Date.now() + BACKLOG_LIMIT;
  let quietTurns = 0;
  const onConnection = () => {
    quietTurns = -1;
  };
  server.on('connection', onConnection);
  while (quietTurns < QUIET_TURNS && Date.now() < deadline) {
    await nextTurn();
    quietTurns += 1;
  }

  server.close();
  server.off('connection', onConnection);
}

function explained(error: unknown, host: string, port: number): unknown {
  switch (systemErrorCode(error)) {
    case 'EADDRINUSE':
      return new CalReplyError('PortTaken', `Port ${port} on ${host} is taken by another program.`, {
        cause: error,
        hint: `Choose another with --port, such as --port ${port + 1}.`,
      });
    case 'EACCES':
      return new CalReplyError('PortTaken', `Port ${port} needs rights that this user does not have.`, {
        cause: error,
        hint: 'Choose one above 1023 with --port.',
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CalReplyError('WrongUse', `${host} is not an address of this machine.`, {
        cause: error,
        hint: 'Try --host 127.0.0.1.',
      });
    default:
      return error;
  }
}
