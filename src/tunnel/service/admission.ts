import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CalReplyError } from '../../errors.js';
import type { Listener } from '../../model/listener.js';
import type { StoreReads, TokenHolder } from '../../store/store.js';
import { rawAnswer } from '../../util/raw-answer.js';
import { SUBPROTOCOL } from '../protocol.js';

export interface AdmissionOptions {
  readonly store: Pick<StoreReads, 'listener'>;
  /** @throws {CalReplyError} Unauthorized */
  readonly authenticate: (authorization: string | undefined) => Promise<TokenHolder>;
}

/** Whose tunnel is asked for, and by whom. */
export interface Admission {
  readonly listener: Listener;
  readonly login: TokenHolder;
}

const PATH = /^\/v1\/listeners\/(lst_\w+)\/tunnel$/;

/**
 * Looks at a request for a WebSocket.
 *
 * @throws {CalReplyError} NotFound, Unauthorized, ProtocolTooOld
 */
export async function admit(
  { url, headers }: Pick<IncomingMessage, 'url' | 'headers'>,
  { store, authenticate }: AdmissionOptions,
): Promise<Admission> {
  const [, id] = PATH.exec(url ?? '') ?? [];
  if (id === undefined) throw new CalReplyError('NotFound', 'There is no WebSocket here.');
  const login = await authenticate(headers.authorization);
  const listener = await store.listener(id);
  if (listener?.accountId !== login.account.id) throw new CalReplyError('NotFound', `There is no listener ${id}.`);
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(SUBPROTOCOL)) {
    throw new CalReplyError('ProtocolTooOld', `This service speaks ${SUBPROTOCOL} only.`);
  }

  return { listener, login };
}

/** Answers a request for a WebSocket that is not let in, and ends its connection. */
export function refuse(socket: Duplex, error: unknown): void {
  const known =
    error instanceof CalReplyError ? error : new CalReplyError('ServiceFailed', 'The service failed on this request.');
  // The client may keep its own half open, and a stopping service would wait for it.
  socket.once('finish', () => socket.destroy());
  socket.end(rawAnswer(known.status, known.toBody(), known.headers));
}
