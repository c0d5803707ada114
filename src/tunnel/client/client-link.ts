import type { IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import { CalReplyError, errorFromAnswer, systemErrorCode } from '../../errors.js';
import type { Clock } from '../../util/clock.js';
import { connectionFailure } from '../../util/connection-failure.js';
import { parseJson, readText } from '../../util/http-client.js';
import { oneWriteATurn } from '../../util/one-write-a-turn.js';
import { heartbeat } from '../heartbeat.js';
import {
  readServiceMessage,
  SILENCE_LIMIT,
  type Deliver,
  type Hello,
  type Ready,
  type ServiceMessage,
} from '../protocol.js';
import type { Send } from './delivery-inbox.js';
import { endByClose, endByRefusal, type LinkEnd } from './link-end.js';
import { renewal } from './renewal.js';

export interface ClientLinkOptions {
  readonly clock: Clock;
  readonly hello: Hello;
  /** A new access token; without it the service is told that the login is not renewed. */
  readonly renew: (() => Promise<string>) | undefined;
  readonly random: () => number;
  readonly onReady: (send: Send, ready: Ready) => void;
  readonly onDelivery: (delivery: Deliver) => void;
}

/** Runs the listener's end of one connection, from hello to its end. */
export function keepLink(socket: WebSocket, options: ClientLinkOptions): Promise<LinkEnd> {
  const { clock, hello, renew, random, onReady, onDelivery } = options;
  return new Promise((resolve) => {
    let wasReady = false;
    let gather = () => {};
    const send: Send = (message) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      gather();
      socket.send(JSON.stringify(message));
    };
    const beat = heartbeat(clock, {
      ping: () => send({ type: 'ping' }),
      onSilence: () => end({ reason: `nothing was heard for ${SILENCE_LIMIT / 1000} s` }),
    });
    const login =
      renew &&
      renewal({
        clock,
        random,
        renew,
        onToken: (accessToken) => send({ type: 'renew', accessToken }),
        onRefused: (reason) => end(reason),
      });
    const end = (why: LinkEnd) => {
      // What ended at once was up until now. After a sleep it was not, whatever the system says of it on waking up.
      if (beat.silence() < SILENCE_LIMIT) beat.heard();
      beat.stop();
      login?.stop();
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.terminate();
      resolve({ ...why, ...(wasReady && { silence: () => beat.silence() }) });
    };

    const take = (message: ServiceMessage) => {
      switch (message.type) {
        case 'ping':
          return send({ type: 'pong' });
        case 'deliver':
          return onDelivery(message);
        case 'ready':
          wasReady = true;
          if (message.expiresIn !== undefined) login?.holdsFor(message.expiresIn);
          return onReady(send, message);
        case 'renewed':
          return login?.holdsFor(message.expiresIn);
        case 'pong':
      }
    };

    // Deliveries that came together are answered together.
    socket.on('upgrade', (answer) => {
      gather = oneWriteATurn(answer.socket);
      // A large body on a slow link is not silence.
      answer.socket.on('data', () => beat.heard());
    });
    socket.on('open', () => {
      beat.heard();
      send(hello);
    });
    socket.on('message', (frame: Buffer, isBinary) => {
      beat.heard();
      const message = understood(frame, isBinary);
      if (message instanceof CalReplyError) end({ reason: message.message, fatal: message });
      else take(message);
    });
    socket.on('close', (code, reason) => end(endByClose(code, reason.toString('utf8'))));
    socket.on('error', (error) => {
      const what = wasReady ? 'the link broke' : `${new URL(socket.url).host} cannot be reached`;
      end({ reason: `${what}: ${connectionFailure(error, systemErrorCode(error))}` });
    });
    socket.on('unexpected-response', (_, answer) => void refusalOf(answer).then(end));
  });
}

function understood(frame: Buffer, isBinary: boolean): ServiceMessage | CalReplyError {
  try {
    return readServiceMessage(frame, isBinary);
  } catch (error) {
    return new CalReplyError('ProtocolTooOld', (error as Error).message);
  }
}

async function refusalOf(answer: IncomingMessage): Promise<LinkEnd> {
  const { statusCode = 500, headers } = answer;
  // What breaks off is understood by its status.
  const text = await readText(answer).catch(() => '');
  return endByRefusal(errorFromAnswer(statusCode, parseJson(text), headers['retry-after']));
}
