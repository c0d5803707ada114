import type { ApiClient } from '../../src/api/client.js';
import { CalReplyError } from '../../src/errors.js';
import { newGuid } from '../../src/util/ids.js';
import { systemClock, sleep } from '../../src/util/clock.js';
import type { ReceivedRequest } from './receiving-app.js';

/**
 * What a generated event says: where it stands among those of its subscription, which are sent one after another.
 */
export interface Numbered {
  readonly subscription: string;
  /** 1 for the first. */
  readonly number: number;
}

/** Programs that trigger events and keep book. Each call goes under a key of its own until it is answered with 2xx. */
export interface Load {
  /** The id of every event that was answered with 2xx so far, with what it says. */
  readonly accepted: ReadonlyMap<string, Numbered>;
  /** Begins nothing new, and resolves when all that was begun is answered. Rejects when a call was refused. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly api: Pick<ApiClient, 'triggerEvent'>;
  /** How many send at once. */
  readonly senders: number;
  /** How long a sender waits after an answer, in milliseconds. */
  readonly pause?: number;
}

/** Between two tries of one call, in milliseconds: the service is away. */
const RETRY_EVERY = 25;
const SUBSCRIPTIONS_PER_SENDER = 3;

/** Starts to send, to every webhook that wants `Subscribe`. */
export function startLoad({ api, senders, pause = 0 }: LoadOptions): Load {
  const accepted = new Map<string, Numbered>();
  let stopped = false;

  const sender = async () => {
    const subscriptions = Array.from({ length: SUBSCRIPTIONS_PER_SENDER }, newGuid);
    for (let number = 1; !stopped; number += 1) {
      for (const subscription of subscriptions) {
        const numbered = { subscription, number };
        accepted.set(await sendUntilAnswered(api, numbered), numbered);
        if (pause > 0) await sleep(systemClock, pause);
      }
    }
  };
  const running = Promise.all(Array.from({ length: senders }, sender));
  // Whoever stops it is told.
  running.catch(() => undefined);

  return {
    accepted,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

/** The number and subscription that an event of a load says, at its receiver. */
export function numberedOf({ body }: Pick<ReceivedRequest, 'body'>): Numbered {
  const { eventDetails } = JSON.parse(body) as { eventDetails: { calendarSubscriptionId: string; number: number } };
  return { subscription: eventDetails.calendarSubscriptionId, number: eventDetails.number };
}

async function sendUntilAnswered(api: LoadOptions['api'], { subscription, number }: Numbered): Promise<string> {
  const key = newGuid();
  const eventDetails = { calendarSubscriptionId: subscription, number };
  for (;;) {
    try {
      const { event } = await api.triggerEvent({ event: { eventType: 'Subscribe', eventDetails } }, key);
      return event.eventId;
    } catch (error) {
      if (!(error instanceof CalReplyError) || !AWAY.has(error.code)) throw error;
      await sleep(systemClock, RETRY_EVERY);
    }
  }
}

/** The answers of a service that is not there, or not yet: the same call may be sent again. */
const AWAY: ReadonlySet<string> = new Set(['ServiceUnreachable', 'ServiceUnavailable']);
