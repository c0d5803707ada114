import type { DeliveryOrder } from '../model/listener.js';
import type { HeaderList } from '../model/request.js';
import { MOST_ANSWER } from '../util/http-answer.js';
import {
  ATTEMPT,
  COUNT,
  DURATION,
  EVENT,
  expectFields,
  FLAG,
  HEADERS,
  optional,
  ORDER,
  readObject,
  STATUS,
  TEXT,
  TYPES,
  textOrNothing,
  WINDOW,
  WORDS,
  type Fields,
} from './message-fields.js';

/* The tunnel protocol, version 1, for both ends. The words are docs/tunnel-protocol.md; this is its code. */

export const SUBPROTOCOL = 'calreply-tunnel.v1';

/** Each side sends a ping this often, in milliseconds. */
export const PING_EVERY = 5_000;
/** A link on which nothing came for this long is dead, in milliseconds. */
export const SILENCE_LIMIT = 12_000;
/** A delivery that was not acknowledged as received for this long shows that the link is dead, in milliseconds. */
export const RECEIVED_LIMIT = 10_000;
/** No frame is larger, in bytes: a body has at most 512 kB, its head less than the rest. */
export const MOST_FRAME = 1024 * 1024;

export const CLOSE = {
  /** The client is done. */
  Done: 1000,
  /** The service restarts: come back. */
  Restart: 1012,
  /** A message was not understood. */
  BadMessage: 4400,
  /** The login behind this link holds no more, and was not renewed. */
  LoginOver: 4401,
  /** The listener was taken off. */
  ListenerRemoved: 4404,
  /** Nothing was heard for too long. */
  Silence: 4408,
  /** Another session holds this listener. */
  HeldByAnother: 4409,
  /** Another session took this listener over, as it was told to. */
  TakenOver: 4410,
} as const;

export interface Hello {
  readonly type: 'hello';
  /** Random text, new for each run of a client. */
  readonly session: string;
  /** Words for people, such as `calreply/1.0.0 on laptop`. */
  readonly client: string;
  /** At most so many deliveries are on their way at once; 32 when absent. */
  readonly window?: number | undefined;
  /** `listener`: one delivery at a time, each after the one accepted before it has ended, whatever its subscription. */
  readonly order?: DeliveryOrder | undefined;
  /** Takes the listener from another session that holds it. */
  readonly takeover?: boolean | undefined;
  /** Knows to renew its login, and so is held to the end of it. */
  readonly renews?: boolean | undefined;
}

export interface Ready {
  readonly type: 'ready';
  readonly listener: string;
  /** How many notifications wait for this listener. An older service does not say. */
  readonly missed?: number | undefined;
  /** How long the listener was not connected, in milliseconds; absent when it never was, or the service cannot tell. */
  readonly awayMs?: number | undefined;
  /** How long the login behind this link holds, in milliseconds; it is to be renewed before. */
  readonly expiresIn?: number | undefined;
}

/** A new access token for the login behind this link. */
export interface Renew {
  readonly type: 'renew';
  readonly accessToken: string;
}

/** It holds, for so many milliseconds. */
export interface Renewed {
  readonly type: 'renewed';
  readonly expiresIn: number;
}

/** The head of a delivery; the body follows it in the same frame. */
export interface DeliverHead {
  readonly type: 'deliver';
  readonly id: string;
  readonly attempt: number;
  readonly event: { readonly id: string; readonly type: string; readonly isTest: boolean };
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: HeaderList;
}

export interface Deliver extends DeliverHead {
  readonly body: Buffer;
}

export interface Received {
  readonly type: 'received';
  readonly id: string;
  readonly attempt: number;
}

export interface Handled {
  readonly type: 'handled';
  readonly id: string;
  readonly attempt: number;
  readonly status: number;
  readonly durationMs: number;
  readonly answer: string;
  readonly retryAfter?: string | undefined;
  readonly location?: string | undefined;
}

export interface Failed {
  readonly type: 'failed';
  readonly id: string;
  readonly attempt: number;
  readonly error: string;
  readonly durationMs: number;
}

/** The apps of these types have in hand what they can take: no more of them, until the next such message. */
export interface Busy {
  readonly type: 'busy';
  /** Empty when all are taken again. */
  readonly types: readonly string[];
}

export interface Heartbeat {
  readonly type: 'ping' | 'pong';
}

export type ClientMessage = Hello | Renew | Received | Handled | Failed | Busy | Heartbeat;
export type ServiceMessage = Ready | Renewed | Deliver | Heartbeat;

/** A delivery as one binary frame: the length of the head in four bytes, the head, the body. */
export function encodeDelivery({ body, ...head }: Deliver): Buffer {
  const text = Buffer.from(JSON.stringify(head satisfies DeliverHead));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, body]);
}

/**
 * The message in a frame that came from the service.
 *
 * @throws {Error} with a sentence, when it is none
 */
export function readServiceMessage(frame: Buffer, isBinary: boolean): ServiceMessage {
  if (isBinary) return readDelivery(frame);
  const message = readObject(frame);
  switch (message.type) {
    case 'ready':
      return expectFields<Ready>(message, {
        listener: TEXT,
        missed: optional(COUNT),
        awayMs: optional(DURATION),
        expiresIn: optional(DURATION),
      });
    case 'renewed':
      return expectFields<Renewed>(message, { expiresIn: DURATION });
    case 'ping':
    case 'pong':
      return { type: message.type };
    default:
      throw unknownType(message.type);
  }
}

/**
 * The message in a frame that came from a client.
 *
 * @throws {Error} with a sentence, when it is none
 */
export function readClientMessage(frame: Buffer, isBinary: boolean): ClientMessage {
  if (isBinary) throw new Error('A client sends text frames only.');
  const message = readObject(frame);
  switch (message.type) {
    case 'hello':
      return expectFields<Hello>(message, {
        session: WORDS,
        client: WORDS,
        window: optional(WINDOW),
        order: optional(ORDER),
        takeover: optional(FLAG),
        renews: optional(FLAG),
      });
    case 'renew':
      return expectFields<Renew>(message, { accessToken: TEXT });
    case 'received':
      return expectFields<Received>(message, { id: TEXT, attempt: ATTEMPT });
    case 'handled':
      return readHandled(message);
    case 'busy':
      return expectFields<Busy>(message, { types: TYPES });
    case 'failed':
      return expectFields<Failed>(message, { id: TEXT, attempt: ATTEMPT, error: TEXT, durationMs: DURATION });
    case 'ping':
    case 'pong':
      return { type: message.type };
    default:
      throw unknownType(message.type);
  }
}

function readDelivery(frame: Buffer): Deliver {
  const headEnd = frame.length < 4 ? 4 : 4 + frame.readUInt32BE(0);
  if (headEnd > frame.length) throw new Error('A delivery is shorter than its head says.');
  const head = readObject(frame.subarray(4, headEnd));
  if (head.type !== 'deliver') throw unknownType(head.type);
  const known = expectFields<DeliverHead>(head, {
    id: TEXT,
    attempt: ATTEMPT,
    event: EVENT,
    method: TEXT,
    path: TEXT,
    query: TEXT,
    headers: HEADERS,
  });
  return { ...known, body: frame.subarray(headEnd) };
}

function readHandled(message: Fields): Handled {
  const handled = expectFields<Handled>(message, {
    id: TEXT,
    attempt: ATTEMPT,
    status: STATUS,
    durationMs: DURATION,
    answer: TEXT,
  });
  return {
    ...handled,
    answer: Buffer.from(handled.answer).subarray(0, MOST_ANSWER).toString('utf8'),
    retryAfter: textOrNothing(message.retryAfter),
    location: textOrNothing(message.location),
  };
}

function unknownType(type: unknown): Error {
  return new Error(`There is no message of type ${JSON.stringify(type)}.`);
}
