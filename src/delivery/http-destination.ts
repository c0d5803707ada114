import { performance } from 'node:perf_hooks';
import { Agent } from 'undici';
import { systemErrorCode } from '../errors.js';
import { deliveryErrorOf, type DeliveryError } from '../model/delivery-error.js';
import { readAnswer } from '../util/http-answer.js';
import type { Clock } from '../util/clock.js';
import type { AddressGuard } from './address-guard.js';
import type { Destination, OutgoingMessage, Outcome } from './destination.js';
import { guardedConnector } from './guarded-socket.js';
import { MOST_HEADERS } from './limits.js';
import { refusalOf } from './refusal.js';
import { watchReusedConnections } from './reused-connection.js';

/** Sends notifications to URLs by HTTP. */
export interface HttpDestination extends Destination {
  close(): Promise<void>;
}

/**
 * POSTs notifications to the URL of their webhook. Redirects are not followed. Success is decided at the headers; a body
 * that never ends or is too long changes nothing about it.
 *
 * Connections are kept for the next notification. One that the receiver closed just then costs no attempt: the request
 * goes out once more at once, on a connection of its own.
 */
export function httpDestination(guard: AddressGuard, clock?: Clock): HttpDestination {
  const options: Agent.Options = {
    connect: guardedConnector(guard, clock),
    // The one limit on the exchange is the caller's signal: undici's own timers miss a body that drips.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MOST_HEADERS,
  };
  const agent = new Agent({ ...options, pipelining: 1 });
  // Undici keeps no connection that takes no pipelining.
  const fresh = new Agent({ ...options, pipelining: 0 });
  const reused = watchReusedConnections();

  return {
    async deliver({ notification, headers, body }: OutgoingMessage, signal: AbortSignal): Promise<Outcome> {
      const startedAt = performance.now();
      const durationMs = () => Math.round(performance.now() - startedAt);
      const refusal = refusalOf(notification.webhook, guard);
      if (refusal) return { kind: 'unanswered', error: refusal, durationMs: durationMs() };

      try {
        const url = new URL(notification.webhook.url);
        const request = {
          origin: url.origin,
          path: url.pathname + url.search,
          method: 'POST',
          headers: headers.flat(),
          body,
          signal,
        } as const;
        const answer = await agent.request(request).catch((error: unknown) => {
          if (signal.aborted || !reused.brokeUnder(error) || errorOf(error) !== 'connection_reset') throw error;
          return fresh.request(request);
        });
        return { kind: 'answered', ...(await readAnswer(answer)), durationMs: durationMs() };
      } catch (error) {
        const why = signal.aborted ? 'timeout' : errorOf(error);
        return { kind: 'unanswered', error: why, durationMs: durationMs() };
      }
    },
    async close() {
      reused.close();
      await Promise.all([agent.destroy(), fresh.destroy()]);
    },
  };
}

function errorOf(error: unknown): DeliveryError {
  return deliveryErrorOf(systemErrorCode(error));
}
