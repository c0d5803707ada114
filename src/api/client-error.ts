import type { Socket } from 'node:net';
import type { ErrorBody } from '../errors.js';
import { endInSteps } from '../util/end-in-steps.js';
import { rawAnswer } from '../util/raw-answer.js';

/**
 * Answers what is no request, or not a whole one: Node's parser refused it, so no route and no error handler sees it.
 */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  // It was answered, and this is what came behind.
  if (!socket.writable) return;
  const { status, body } = answerFor(error.code);
  socket.write(rawAnswer(status, body));
  endInSteps(socket);
}

function answerFor(code: string | undefined): { status: number; body: ErrorBody } {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, body: { Code: 'InvalidRequest', Reason: 'The request took too long to arrive.' } };
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, body: { Code: 'TooLarge', Reason: 'The headers are larger than 16 kB.' } };
    default:
      return { status: 400, body: { Code: 'InvalidRequest', Reason: 'This is not an HTTP request.' } };
  }
}
