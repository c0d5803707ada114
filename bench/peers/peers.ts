import type { DeliverySystem } from '../lib/delivery-system.js';
import type { Endings } from '../lib/endings.js';
import type { BenchPostgres } from '../lib/postgres.js';
import { bullMq } from './bullmq.js';
import { graphileWorker } from './graphile-worker.js';
import { installPeers } from './install.js';
import { pgBoss } from './pg-boss.js';

/** Those that the goals name. */
export const BULLMQ_ALWAYS = 'BullMQ, fsync always';

/** On PostgreSQL, as the service may be. */
export const ON_POSTGRES = ['pg-boss', 'graphile-worker', 'graphile-worker, tuned'] as const;

export const GROUPS = ['bullmq', 'pg-boss', 'graphile-worker'] as const;
export type Group = (typeof GROUPS)[number];

type Start = (endings: Endings, name: string, sinkUrl: string, postgres: BenchPostgres) => Promise<DeliverySystem>;

const STARTS: Readonly<Record<Group, Readonly<Record<string, Start>>>> = {
  bullmq: {
    'BullMQ, fsync every second': (endings, name, sinkUrl) => bullMq(endings, name, sinkUrl, 'everysec'),
    [BULLMQ_ALWAYS]: (endings, name, sinkUrl) => bullMq(endings, name, sinkUrl, 'always'),
  },
  'pg-boss': { 'pg-boss': pgBoss },
  'graphile-worker': {
    'graphile-worker': (...start) => graphileWorker(...start, 'default'),
    'graphile-worker, tuned': (...start) => graphileWorker(...start, 'tuned'),
  },
};

/** Starts those of these groups that can be had, and tells `leftOut` why the others cannot. */
export async function startPeers(
  endings: Endings,
  groups: readonly Group[],
  sinkUrl: string,
  postgres: BenchPostgres,
  leftOut: (name: string, reason: string) => void,
): Promise<readonly DeliverySystem[]> {
  const starts = groups.flatMap((group) => Object.entries(STARTS[group]));
  if (starts.length === 0) return [];
  const install = installPeers(endings);
  const systems: DeliverySystem[] = [];
  for (const [name, start] of starts) {
    try {
      // When it failed, it failed for each.
      await install;
      systems.push(await start(endings, name, sinkUrl, postgres));
    } catch (error) {
      endings.checkNotBegun();
      leftOut(name, (error as Error).message);
    }
  }

  return systems;
}
