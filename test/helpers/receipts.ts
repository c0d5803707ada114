import { expect } from 'vitest';
import { numberedOf, type Load, type Numbered } from './load.js';
import type { ReceivedRequest } from './receiving-app.js';

/** What a receiver was sent, each event once, in the order of its first receipt. */
export interface Receipts {
  /** How often each event came, by its `webhook-id`. */
  readonly times: ReadonlyMap<string, number>;
  /** The numbers of each subscription, by their first receipt. */
  readonly order: ReadonlyMap<string, readonly number[]>;
}

export function receiptsOf(received: readonly ReceivedRequest[]): Receipts {
  const times = new Map<string, number>();
  const order = new Map<string, number[]>();
  for (const request of received) {
    const id = String(request.headers['webhook-id']);
    const before = times.get(id) ?? 0;
    times.set(id, before + 1);
    if (before > 0) continue;
    const { subscription, number } = numberedOf(request);
    const numbers = order.get(subscription);
    if (numbers) numbers.push(number);
    else order.set(subscription, [number]);
  }

  return { times, order };
}

/**
 * Expects that a receiver was sent every event that was accepted and no other, and those of each subscription in their
 * order. An event may have come more than once: then under the id it had.
 */
export function expectAllReceived({ accepted }: Load, received: readonly ReceivedRequest[]): Receipts {
  const receipts = receiptsOf(received);
  const missing = [...accepted.keys()].filter((id) => !receipts.times.has(id));
  const unknown = [...receipts.times.keys()].filter((id) => !accepted.has(id));
  expect({ missing, unknown }).toEqual({ missing: [], unknown: [] });
  expect(receipts.order).toEqual(inOrder([...accepted.values()]));
  return receipts;
}

function inOrder(accepted: readonly Numbered[]): ReadonlyMap<string, readonly number[]> {
  const last = new Map<string, number>();
  for (const { subscription, number } of accepted) {
    last.set(subscription, Math.max(last.get(subscription) ?? 0, number));
  }

  return new Map(
    [...last].map(([subscription, most]) => [subscription, Array.from({ length: most }, (_, i) => i + 1)]),
  );
}
