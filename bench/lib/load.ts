import { setTimeout as wait } from 'node:timers/promises';
import { now } from './monotonic.js';

/** Sends one event; false when it was not accepted. */
export type Send = (id: string) => Promise<boolean>;

/** A connection that is refused, reset or silent is one more way not to accept. */
export function refusing(send: Send): Send {
  return (id) => send(id).catch(() => false);
}

/** Sends many events in one call; false when they were not accepted. */
export type SendMany = (ids: readonly string[]) => Promise<boolean>;

/** When the request of an event was begun, and when its answer was there. */
export interface Times {
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** What was sent and accepted, by the ids of the events. */
export type Accepted = ReadonlyMap<string, Times>;

/** Sends every id, with `inFlight` requests waiting for their answer at any time. */
export async function sendAtOnce(ids: readonly string[], inFlight: number, send: Send): Promise<Accepted> {
  const accepted = new Map<string, Times>();
  const rest = ids.values();
  const sender = async () => {
    for (const id of rest) await sendTimed([id], () => send(id), accepted);
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
  return accepted;
}

/** Sends `perSecond` ids a second, each at its time, whether the ones before were answered or not. */
export async function sendSteadily(ids: readonly string[], perSecond: number, send: Send): Promise<Accepted> {
  const accepted = new Map<string, Times>();
  const startedAt = now();
  const sendInTime = async (id: string, place: number) => {
    await wait(Math.max(startedAt + (place * 1000) / perSecond - now(), 0));
    await sendTimed([id], () => send(id), accepted);
  };
  await Promise.all(ids.map(sendInTime));
  return accepted;
}

export interface Groups {
  /** So many events in one call. */
  readonly size: number;
  /** So many calls waiting for their answer at any time. */
  readonly inFlight: number;
  /** Begins no call after so many milliseconds; what is left is not sent. */
  readonly within: number;
}

/** Sends many ids in one call, and so on until all are sent. */
export async function sendInGroups(
  ids: readonly string[],
  { size, inFlight, within }: Groups,
  sendMany: SendMany,
): Promise<Accepted> {
  const accepted = new Map<string, Times>();
  const endsAt = now() + within;
  const rest = groupsOf(ids, size).values();
  const sender = async () => {
    for (const group of rest) {
      if (now() > endsAt) return;
      await sendTimed(group, () => sendMany(group), accepted);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
  return accepted;
}

function groupsOf(ids: readonly string[], size: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, i) => ids.slice(i * size, (i + 1) * size));
}

async function sendTimed(
  ids: readonly string[],
  send: () => Promise<boolean>,
  accepted: Map<string, Times>,
): Promise<void> {
  const sentAt = now();
  if (!(await send())) return;
  const times = { sentAt, answeredAt: now() };
  for (const id of ids) accepted.set(id, times);
}
