import { setTimeout as wait } from 'node:timers/promises';
import { now } from './monotonic.js';

/** Sends one event; false when it was not accepted. */
export type Send = (id: string) => Promise<boolean>;

/** What was sent and accepted: each event's id, with the time its request was begun. */
export type Accepted = ReadonlyMap<string, number>;

/** Sends every id, with `inFlight` requests waiting for their answer at any time. */
export async function sendAtOnce(ids: readonly string[], inFlight: number, send: Send): Promise<Accepted> {
  const accepted = new Map<string, number>();
  const rest = ids.values();
  const sender = async () => {
    for (const id of rest) await sendTimed(id, send, accepted);
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
  return accepted;
}

/** Sends `perSecond` ids a second, each at its time, whether the ones before were answered or not. */
export async function sendSteadily(ids: readonly string[], perSecond: number, send: Send): Promise<Accepted> {
  const accepted = new Map<string, number>();
  const startedAt = now();
  const sent: Promise<void>[] = [];
  for (const [place, id] of ids.entries()) {
    await wait(Math.max(startedAt + (place * 1000) / perSecond - now(), 0));
    sent.push(sendTimed(id, send, accepted));
  }

  await Promise.all(sent);
  return accepted;
}

async function sendTimed(id: string, send: Send, accepted: Map<string, number>): Promise<void> {
  const sentAt = now();
  if (await send(id)) accepted.set(id, sentAt);
}
