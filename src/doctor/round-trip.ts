import { performance } from 'node:perf_hooks';
import type { ApiClient } from '../api/client.js';
import type { Forwarder } from '../tunnel/local/forward.js';
import { startListening } from '../tunnel/listening.js';
import { sleep, systemClock } from '../util/clock.js';
import { deferred } from '../util/deferred.js';
import { newGuid, randomText } from '../util/ids.js';
import { failed, ok, skipped, type Finding } from './check.js';

/** How long the event may take, in milliseconds. */
const LIMIT = 10_000;

export interface RoundTripOptions {
  readonly api: ApiClient;
  /** Ends the wait; the listener is taken off all the same. */
  readonly signal: AbortSignal;
  /** How long the event may take, in milliseconds. */
  readonly limit?: number;
}

/**
 * Sends itself a Test event through a tunnel: by a listener of its own, which is taken off again however it ends. The
 * event is for this listener only, and stays in the history.
 */
export async function roundTrip({ api, signal, limit = LIMIT }: RoundTripOptions): Promise<Finding> {
  const name = `doctor-${randomText(10)}`;
  const eventId = newGuid();
  const listener = { name, eventTypes: ['Test' as const] };
  const { id, webhookId } = await api.openListener(listener);
  let lastTrouble = 'the service does not answer';
  try {
    const arrived = deferred<number>();
    const connected = deferred<void>();
    const listening = startListening({
      open: () => api.tunnelOf(listener),
      client: 'calreply doctor',
      routes: [{ types: [], forwarder: answeringHere(eventId, arrived.resolve), mirror: false }],
      onEvent(event) {
        if (event.kind === 'connected') connected.resolve();
        if (event.kind === 'reconnecting') lastTrouble = event.reason;
      },
    });
    const wait = new AbortController();
    const late = sleep(systemClock, limit, AbortSignal.any([signal, wait.signal])).catch(() => undefined);
    const broken = listening.ended.then(() => undefined);
    try {
      const isUp = await Promise.race([connected.promise.then(() => true), broken, late]);
      if (signal.aborted) return skipped('ended before the event came');
      if (!isUp) return silent(`no tunnel came up within ${limit / 1000} s: ${lastTrouble}`);

      const sentAt = performance.now();
      await api.triggerEvent({ event: await testEvent(api, eventId), to: [webhookId] });
      const arrivedAt = await Promise.race([arrived.promise, broken, late]);
      if (signal.aborted) return skipped('ended before the event came');
      if (arrivedAt === undefined) return silent(`the tunnel is up, but no event came within ${limit / 1000} s`);
      return ok(`a Test event came back through a tunnel in ${Math.round(arrivedAt - sentAt)} ms`);
    } finally {
      wait.abort();
      await listening.stop(1_000);
    }
  } finally {
    await api.removeListener(id);
  }
}

/** The local app of this listener is this process: it takes the event, and asks for no port. */
function answeringHere(eventId: string, onArrival: (at: number) => void): Forwarder {
  const target = 'calreply:doctor';
  return {
    target,
    forward({ headers }) {
      const [, id] = headers.find(([name]) => name.toLowerCase() === 'webhook-id') ?? [];
      if (id === eventId) onArrival(performance.now());
      return Promise.resolve({ kind: 'answered', url: target, status: 204, answer: '', durationMs: 0 });
    },
    close: () => Promise.resolve(),
  };
}

async function testEvent(api: ApiClient, eventId: string) {
  const { id, name, code } = await api.account();
  const eventDetails = {
    actionType: 'TestEvent',
    accountId: id,
    accountName: name,
    accountCode: code,
    message: 'calreply doctor looks whether events arrive',
  };
  return { eventId, eventType: 'Test', eventDetails };
}

function silent(seen: string): Finding {
  return failed(seen, 'Something between here and the service may not let WebSockets through: a proxy or a firewall.');
}
