import { setTimeout as wait } from 'node:timers/promises';
import { startApp, type App } from './app.js';
import type { Endings } from './endings.js';
import { refusing, sendSteadily, type Accepted } from './load.js';
import { newIds } from './run.js';
import type { Tunnel, TunnelSystem } from './tunnel-system.js';

/** What is killed in the middle of the load, and started again. */
export const VICTIMS = ['client', 'server', 'app'] as const;
export type Victim = (typeof VICTIMS)[number];

export const PER_SECOND = 60;
/** Until what was killed is started again, in milliseconds. */
export const DOWN = 2_000;
/** What has not arrived so long after the last was sent never will, in milliseconds. */
export const LATEST = 30_000;
const LOOK_EVERY = 100;

/** What a kill cost. */
export interface Toll {
  readonly sent: number;
  /** Answered 2xx: the sender will not send them again. */
  readonly accepted: number;
  /** Of those that were sent. */
  readonly received: number;
  /** Accepted and never received: nobody knows of them. */
  readonly lost: number;
  readonly twice: number;
}

/** What the kills cost each system, by its name. */
export type Tolls = ReadonlyMap<Victim, ReadonlyMap<string, Toll>>;

/** Kills each part of each system in turn, that of all at the same time, while each gets events for so many seconds. */
export async function killEach(endings: Endings, systems: readonly TunnelSystem[], seconds: number): Promise<Tolls> {
  const tolls = new Map<Victim, ReadonlyMap<string, Toll>>();
  for (const victim of VICTIMS) {
    const named = systems.map(async (system) => [system.name, await tollOf(endings, system, victim, seconds)] as const);
    tolls.set(victim, new Map(await Promise.all(named)));
  }

  return tolls;
}

async function tollOf(endings: Endings, system: TunnelSystem, victim: Victim, seconds: number): Promise<Toll> {
  const app = await startApp(endings);
  const tunnel = await system.open(endings, app.url);
  const ids = newIds(seconds * PER_SECOND);
  const sender = await tunnel.path.open(PER_SECOND);
  const [accepted] = await Promise.all([
    sendSteadily(ids, PER_SECOND, refusing(sender.send)),
    killInTheMiddle({ ...tunnel, app }[victim], seconds),
  ]);
  await untilReceived(app, accepted);
  await sender.close();
  await endOf(tunnel, app);
  return tollIn(ids, accepted, app.receipts());
}

async function killInTheMiddle(part: Tunnel['server'], seconds: number): Promise<void> {
  await wait((seconds * 1000) / 3);
  await part.kill();
  await wait(DOWN);
  part.start();
}

async function untilReceived(app: App, accepted: Accepted): Promise<void> {
  for (let waited = 0; waited < LATEST; waited += LOOK_EVERY) {
    const receipts = app.receipts();
    if ([...accepted.keys()].every((id) => receipts.has(id))) return;
    await wait(LOOK_EVERY);
  }
}

async function endOf({ client, server }: Tunnel, app: App): Promise<void> {
  for (const part of [client, server, app]) await part.kill();
}

function tollIn(ids: readonly string[], accepted: Accepted, receipts: ReadonlyMap<string, number>): Toll {
  return {
    sent: ids.length,
    accepted: accepted.size,
    received: receipts.size,
    lost: [...accepted.keys()].filter((id) => !receipts.has(id)).length,
    twice: [...receipts.values()].filter((times) => times > 1).length,
  };
}
