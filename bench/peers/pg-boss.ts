import type { DeliverySystem } from '../lib/delivery-system.js';
import type { Endings } from '../lib/endings.js';
import { eventOf } from '../lib/event-body.js';
import { library } from './library.js';
import { CONNECTIONS, type BenchPostgres } from '../lib/postgres.js';
import { startWorker } from './worker.js';

export const QUEUE = 'events';

type PgBoss = new (options: object) => {
  on(event: 'error', listener: (error: Error) => void): void;
  start(): Promise<unknown>;
  createQueue(name: string, options: object): Promise<void>;
  send(name: string, data: object): Promise<string | null>;
  insert(jobs: readonly { name: string; data: object }[]): Promise<void>;
  stop(options: object): Promise<void>;
};

/** pg-boss on a database of its own, with one worker process. */
export async function pgBoss(
  endings: Endings,
  name: string,
  sinkUrl: string,
  postgres: BenchPostgres,
): Promise<DeliverySystem> {
  const databaseUrl = await postgres.database('pg_boss');
  const PgBoss = library<PgBoss>('pg-boss');
  // The worker looks after the tables.
  const boss = new PgBoss({ connectionString: databaseUrl, max: CONNECTIONS, supervise: false, schedule: false });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
  await boss.start();
  endings.add(() => boss.stop({ graceful: false }));
  await boss.createQueue(QUEUE, { retryLimit: 5, retryBackoff: true });
  await startWorker(endings, 'pg-boss-process.ts', [databaseUrl, sinkUrl]);

  const sender = {
    send: async (id: string) => (await boss.send(QUEUE, eventOf(id))) !== null,
    sendMany: async (ids: readonly string[]) => {
      await boss.insert(ids.map((id) => ({ name: QUEUE, data: eventOf(id) })));
      return true;
    },
    close: async () => undefined,
  };
  return { name, open: async () => sender };
}
