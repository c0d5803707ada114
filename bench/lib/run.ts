import { newGuid } from '../../src/util/ids.js';
import type { Accepted, Times } from './load.js';
import { greatest, least } from './stats.js';

/** One burst, or one steady time: what was accepted, and what of it was received when. */
export interface Run {
  readonly accepted: Accepted;
  /** When each was received for the first time. */
  readonly received: ReadonlyMap<string, number>;
}

/** Of the kind that the service makes: they sort by time. */
export function newIds(count: number): string[] {
  return Array.from({ length: count }, () => newGuid());
}

/** Events a second, from the first request to the last receipt: a backlog counts against it. */
export function receivedRate({ accepted, received }: Run): number {
  return (received.size * 1000) / (greatest(received.values()) - firstSent(accepted));
}

/** Events a second, from the first request to the last answer. */
export function acceptedRate({ accepted }: Run): number {
  const lastAnswered = greatest(timesOf(accepted).map(({ answeredAt }) => answeredAt));
  return (accepted.size * 1000) / (lastAnswered - firstSent(accepted));
}

/** From each request to its answer, in milliseconds. */
export function answerTimes({ accepted }: Run): number[] {
  return timesOf(accepted).map(({ sentAt, answeredAt }) => answeredAt - sentAt);
}

/** From each request to its receipt, in milliseconds. */
export function receiptTimes({ accepted, received }: Run): number[] {
  return [...received].map(([id, at]) => at - (accepted.get(id)?.sentAt ?? Number.NaN));
}

function firstSent(accepted: Accepted): number {
  return least(timesOf(accepted).map(({ sentAt }) => sentAt));
}

function timesOf(accepted: Accepted): Times[] {
  return [...accepted.values()];
}
