import type { AddressInfo } from 'node:net';
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
