import { randomBytes } from 'node:crypto';
import { startService, stop, temporaryHome, type Service } from './calreply.js';
import { calreply } from './delivery-calreply.js';
import type { DeliverySystem } from './delivery-system.js';
import type { Endings } from './endings.js';
import type { BenchPostgres } from './postgres.js';

export interface ProcessesOptions {
  readonly sinkUrl: string;
  /** How many webhooks share the work where it is shared. */
  readonly webhooks: number;
  readonly profile: string | undefined;
}

/** So many processes share one database, beside one alone. */
const SHARED_BY = [2, 3];

/** The service on PostgreSQL: one process, and several that share a database. Each number of them has a database of its own. */
export async function processesOnPostgres(
  endings: Endings,
  postgres: BenchPostgres,
  { sinkUrl, webhooks, profile }: ProcessesOptions,
): Promise<readonly DeliverySystem[]> {
  const start = async (count: number) => {
    const url = await postgres.database(`calreply_${count}`);
    const env = { CALREPLY_ENCRYPTION_KEY: randomBytes(32).toString('base64'), CALREPLY_DATABASE_URL: url };
    const services: Service[] = [];
    while (services.length < count) {
      const home = temporaryHome();
      endings.add(() => home.remove());
      services.push(await startService(home, { profile, env, onSpawn: (child) => endings.add(() => stop(child)) }));
    }

    return services as [Service, ...Service[]];
  };
  const alone = await start(1);
  const systems = [
    await calreply(alone, 'calreply, PostgreSQL', sinkUrl),
    await inBulkOnly(calreply(alone, `calreply, PostgreSQL, ${webhooks} webhooks`, sinkUrl, webhooks)),
  ];
  for (const count of SHARED_BY) {
    const name = `calreply, PostgreSQL, ${webhooks} webhooks, ${count} processes`;
    systems.push(await inBulkOnly(calreply(await start(count), name, sinkUrl, webhooks)));
  }

  return systems;
}

async function inBulkOnly(system: Promise<DeliverySystem>): Promise<DeliverySystem> {
  return { ...(await system), isInBulkOnly: true };
}
