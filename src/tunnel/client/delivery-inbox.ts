import { HISTORY_TYPES } from '../../model/event-types.js';
import { MOST_WINDOW } from '../../model/listener.js';
import { unharmed } from '../../util/unharmed.js';
import type { ForwardOutcome } from '../local/forward.js';
import type { ClientMessage, Deliver } from '../protocol.js';

/** Sends a message on the link that is up; without one it is left out. */
export type Send = (message: ClientMessage) => void;

/**
 * The outcomes of so many deliveries are remembered, to answer one again without forwarding it again. While the link is
 * down as many may end as are in hand: the largest window for each type, if each has an app of its own.
 */
const REMEMBERED = HISTORY_TYPES.length * MOST_WINDOW;

export interface DeliveryInboxOptions {
  readonly send: Send;
  /** Brings one delivery to the local app. Rejects only when the tunnel is being closed. */
  readonly forward: (delivery: Deliver) => Promise<ForwardOutcome>;
  /** This only watches: when it throws, forwarding and answering go on as if it had not. */
  readonly onForwarded: (delivery: Deliver, outcome: ForwardOutcome) => void;
}

export interface DeliveryInbox {
  /** The link brought a delivery, for the first time or again. */
  take(delivery: Deliver): void;
  /** How many are being forwarded, or held for an app that is down. */
  readonly inHand: number;
  /** Takes nothing new from here on: what comes stays with the service. */
  stop(): void;
  /** Resolves when nothing is being forwarded. */
  idle(): Promise<void>;
}

/**
 * Takes deliveries, forwards each once, and answers. What a link brings again after a break is recognised by its id and
 * attempt: still being forwarded, its answer will follow; forwarded before, it gets the same answer. A retry is another
 * attempt and is forwarded.
 */
export function deliveryInbox({ send, forward, onForwarded }: DeliveryInboxOptions): DeliveryInbox {
  const forwarding = new Map<string, { attempt: number; done: Promise<void> }>();
  const outcomes = new Map<string, { attempt: number; outcome: ForwardOutcome }>();
  let isStopped = false;

  /** Also an answer that was sent may be lost with its link, so each is remembered until there are too many. */
  const remember = (id: string, attempt: number, outcome: ForwardOutcome) => {
    outcomes.delete(id);
    outcomes.set(id, { attempt, outcome });
    const [oldest] = outcomes.keys();
    if (outcomes.size > REMEMBERED && oldest !== undefined) outcomes.delete(oldest);
  };

  const start = async (delivery: Deliver) => {
    try {
      const outcome = await forward(delivery);
      const attempt = forwarding.get(delivery.id)?.attempt ?? delivery.attempt;
      forwarding.delete(delivery.id);
      remember(delivery.id, attempt, outcome);
      send(handledMessage(delivery.id, attempt, outcome));
      unharmed(() => onForwarded(delivery, outcome));
    } catch {
      // Closing: it was not forwarded, and the service keeps it.
      forwarding.delete(delivery.id);
    }
  };

  return {
    take(delivery) {
      const { id, attempt } = delivery;
      const known = outcomes.get(id);
      const running = forwarding.get(id);
      if (isStopped && known?.attempt !== attempt && !running) return;
      send({ type: 'received', id, attempt });
      if (known?.attempt === attempt) {
        send(handledMessage(id, attempt, known.outcome));
      } else if (running) {
        running.attempt = attempt;
      } else {
        const entry = { attempt, done: Promise.resolve() };
        forwarding.set(id, entry);
        entry.done = start(delivery);
      }
    },
    get inHand() {
      return forwarding.size;
    },
    stop() {
      isStopped = true;
    },
    async idle() {
      while (forwarding.size > 0) await Promise.all([...forwarding.values()].map(({ done }) => done));
    },
  };
}

function handledMessage(id: string, attempt: number, outcome: ForwardOutcome): ClientMessage {
  if (outcome.kind === 'unanswered') {
    return { type: 'failed', id, attempt, error: outcome.error, durationMs: outcome.durationMs };
  }

  const { status, durationMs, answer, retryAfter, location } = outcome;
  return { type: 'handled', id, attempt, status, durationMs, answer, retryAfter, location };
}
