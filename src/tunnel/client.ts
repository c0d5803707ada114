import WebSocket from 'ws';
import { CalReplyError, errorFromAnswer, type ErrorCode } from '../errors.js';
import { backoff } from '../util/backoff.js';
import { sleep, type Clock } from '../util/clock.js';
import { parseJson } from '../util/http-client.js';
import { newGuid } from '../util/ids.js';
import { deliveryInbox, type Send } from './delivery-inbox.js';
import type { Forward, ForwardOutcome } from './forward.js';
import { heartbeat } from './heartbeat.js';
import {
  CLOSE,
  MOST_FRAME,
  readServiceMessage,
  SUBPROTOCOL,
  type ClientMessage,
  type Deliver,
  type Ready,
} from './protocol.js';

export interface TunnelOptions {
  /**
   * Asks the service for the listener: where its tunnel is, and an access token that holds. Called for each connection.
   *
   * @throws {CalReplyError} ServiceUnreachable is tried again; every other error ends the tunnel
   */
  readonly open: () => Promise<{ readonly tunnelUrl: string; readonly accessToken: string }>;
  /** Brings one delivery to the local app. Rejects only when the tunnel is being closed. */
  readonly forward: Forward;
  readonly onEvent: (event: TunnelEvent) => void;
  readonly clock: Clock;
  /** Words for people, such as `calreply/1.0.0 on laptop`. */
  readonly client: string;
  /** From 0 (included) to 1; for jitter. */
  readonly random?: () => number;
}

/** What happens on a tunnel, as it happens. */
export type TunnelEvent =
  /**
   * A link is up: the first of this run, or again after a break. `missed`: how many notifications waited; `awayMs`: how
   * long nobody listened under this name. Null where it is not known.
   */
  | {
      readonly kind: 'connected';
      readonly again: boolean;
      readonly missed: number | null;
      readonly awayMs: number | null;
    }
  | { readonly kind: 'delivery'; readonly delivery: Deliver; readonly signature: SignatureCheck }
  | { readonly kind: 'forwarded'; readonly delivery: Deliver; readonly outcome: ForwardOutcome }
  | { readonly kind: 'reconnecting'; readonly inMs: number; readonly reason: string };

/** What the signature of a delivery is worth; `none`: what came in at the inbox is signed by its sender, if at all. */
export type SignatureCheck = 'valid' | 'invalid' | 'none';

export interface Tunnel {
  /** Resolves after `close`; rejects with a {@link CalReplyError} when the tunnel cannot be kept up. */
  readonly ended: Promise<void>;
  /** Lets what is being forwarded end, for up to `drainMs`, tells the service, and closes. */
  close(drainMs: number): Promise<void>;
}

const RECONNECT = { first: 1_000, most: 10_000 };

/**
 * The listener's end of a tunnel: connects, keeps the link up, comes back after a break, and answers each delivery twice
 * (received, then handled). See docs/tunnel-protocol.md.
 */
export function openTunnel(options: TunnelOptions): Tunnel {
  const { clock, random = Math.random } = options;
  const session = newGuid();
  const closing = new AbortController();
  const inbox = deliveryInbox({
    forward: options.forward,
    onForwarded: (delivery, outcome) => options.onEvent({ kind: 'forwarded', delivery, outcome }),
  });
  let current: WebSocket | undefined;

  const run = async () => {
    for (let attempt = 1; !closing.signal.aborted; attempt += 1) {
      const end = await connectOnce().catch((error: unknown) => endOf(error));
      if (closing.signal.aborted) return;
      if (end.fatal) throw end.fatal;
      if (end.wasReady) attempt = 1;
      const inMs = backoff(attempt, RECONNECT, random());
      options.onEvent({ kind: 'reconnecting', inMs, reason: end.reason });
      await sleep(clock, inMs, closing.signal).catch(() => undefined);
    }
  };

  let wasConnected = false;
  const connectOnce = async (): Promise<LinkEnd> => {
    const { tunnelUrl, accessToken } = await options.open();
    if (closing.signal.aborted) return { reason: 'closed', wasReady: false };
    const socket = new WebSocket(tunnelUrl, SUBPROTOCOL, {
      headers: { authorization: `Bearer ${accessToken}` },
      perMessageDeflate: false,
      maxPayload: MOST_FRAME,
      handshakeTimeout: 10_000,
    });
    current = socket;
    return keepLink(socket, {
      clock,
      hello: { type: 'hello', session, client: options.client },
      onReady(send, { missed = null, awayMs = null }) {
        options.onEvent({ kind: 'connected', again: wasConnected, missed, awayMs });
        wasConnected = true;
        inbox.connect(send);
      },
      onDelivery: (delivery) => inbox.take(delivery),
      onEnd: () => inbox.disconnect(),
    });
  };

  const ended = run();
  // Whoever opened the tunnel may look at `ended` later than it ends.
  ended.catch(() => undefined);

  return {
    ended,
    async close(drainMs) {
      closing.abort(new Error('closing'));
      const drained = new AbortController();
      await Promise.race([inbox.idle(), sleep(clock, drainMs, drained.signal).catch(() => undefined)]);
      drained.abort(new Error('drained'));
      current?.close(CLOSE.Done);
      await ended.catch(() => undefined);
    },
  };
}

/** How a link ended; `fatal` when coming back would not help. */
interface LinkEnd {
  readonly reason: string;
  readonly wasReady: boolean;
  readonly fatal?: CalReplyError | undefined;
}

interface LinkOptions {
  readonly clock: Clock;
  readonly hello: ClientMessage;
  readonly onReady: (send: Send, ready: Ready) => void;
  readonly onDelivery: (delivery: Deliver) => void;
  readonly onEnd: () => void;
}

/** Runs one connection from hello to its end. */
function keepLink(socket: WebSocket, { clock, hello, onReady, onDelivery, onEnd }: LinkOptions): Promise<LinkEnd> {
  return new Promise((resolve) => {
    let wasReady = false;
    let beat = { heard: () => {}, stop: () => {} };
    const send: Send = (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    };
    const end = (reason: string, fatal?: CalReplyError) => {
      beat.stop();
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.terminate();
      if (wasReady) onEnd();
      resolve({ reason, wasReady, fatal });
    };

    socket.on('open', () => {
      send(hello);
      beat = heartbeat(clock, {
        ping: () => send({ type: 'ping' }),
        onSilence: () => end('nothing was heard for 15 s'),
      });
    });
    socket.on('message', (frame: Buffer, isBinary) => {
      beat.heard();
      try {
        const message = readServiceMessage(frame, isBinary);
        if (message.type === 'ping') send({ type: 'pong' });
        if (message.type === 'deliver') onDelivery(message);
        if (message.type === 'ready') {
          wasReady = true;
          onReady(send, message);
        }
      } catch (error) {
        end((error as Error).message, new CalReplyError('ProtocolTooOld', (error as Error).message));
      }
    });
    socket.on('close', (code, reason) => {
      const words = reason.toString('utf8');
      end(words === '' ? 'the link broke' : words, fatalClose(code, words));
    });
    socket.on('error', (error) => end(error.message));
    socket.on('unexpected-response', (_, answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('close', () => {
        const error = errorFromAnswer(answer.statusCode ?? 500, parseJson(Buffer.concat(chunks).toString('utf8')));
        end(error.message, ENDING.has(error.code) ? error : undefined);
      });
    });
  });
}

/** The refusals after which asking again is of no use. A token that no longer holds is: the next try brings a new one. */
const ENDING: ReadonlySet<ErrorCode> = new Set(['Forbidden', 'ProtocolTooOld']);

function fatalClose(code: number, words: string): CalReplyError | undefined {
  switch (code) {
    case CLOSE.BadMessage:
      return new CalReplyError('ProtocolTooOld', words);
    case CLOSE.ListenerRemoved:
      return new CalReplyError('TunnelLost', 'This listener was taken off.', {
        hint: 'Start calreply listen again for a new one.',
      });
    case CLOSE.HeldByAnother:
      return new CalReplyError('TunnelLost', words, {
        hint: 'End the other one, or listen under another name with --name.',
      });
    default:
      return undefined;
  }
}

function endOf(error: unknown): LinkEnd {
  const known =
    error instanceof CalReplyError ? error : new CalReplyError('TunnelLost', String(error), { cause: error });
  const passing =
    known.code === 'ServiceUnreachable' || known.code === 'ServiceUnavailable' || known.code === 'ServiceFailed';
  return { reason: known.message, wasReady: false, fatal: passing ? undefined : known };
}
