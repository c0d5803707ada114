import type { DeliverySystem } from '../lib/delivery-system.js';
import type { Endings } from '../lib/endings.js';
import { eventOf } from '../lib/event-body.js';
import { library } from './library.js';
import { CONNECTIONS, type BenchPostgres } from '../lib/postgres.js';
import { startWorker } from './worker.js';

export const TASK = 'event';

/** As it comes, or with its local queue and with completions in batches, as its page on performance has it. */
export type Tuning = 'default' | 'tuned';

export interface GraphileWorker {
  readonly Logger: new (scope: () => (level: string, message: string) => void) => object;
  makeWorkerUtils(options: object): Promise<{
    migrate(): Promise<void>;
    addJob(task: string, payload: object): Promise<unknown>;
    addJobs(jobs: readonly { identifier: string; payload: object }[]): Promise<unknown>;
    release(): Promise<void>;
  }>;
  run(options: object): Promise<unknown>;
}

/**
 * graphile-worker on a database of its own, with one worker process. It needs one: the first steps of a second in the same
 * database, in whatever schema, end the workers of the first.
 */
export async function graphileWorker(
  endings: Endings,
  name: string,
  sinkUrl: string,
  postgres: BenchPostgres,
  tuning: Tuning,
): Promise<DeliverySystem> {
  const databaseUrl = await postgres.database(`graphile_worker_${tuning}`);
  const utils = await library<GraphileWorker>('graphile-worker').makeWorkerUtils({
    preset: { worker: { connectionString: databaseUrl, maxPoolSize: CONNECTIONS } },
    // What fails is thrown; and its connections end a little after the release, some of them with the server.
    logger: logger(() => undefined),
  });
  endings.add(() => utils.release());
  await utils.migrate();
  await startWorker(endings, 'graphile-worker-process.ts', [databaseUrl, sinkUrl, tuning]);

  const sender = {
    send: async (id: string) => {
      await utils.addJob(TASK, eventOf(id));
      return true;
    },
    sendMany: async (ids: readonly string[]) => {
      await utils.addJobs(ids.map((id) => ({ identifier: TASK, payload: eventOf(id) })));
      return true;
    },
    close: async () => undefined,
  };
  return { name, open: async () => sender };
}

/** Its own prints a line for each job. */
export function logger(log: (level: string, message: string) => void): object {
  const { Logger } = library<GraphileWorker>('graphile-worker');
  return new Logger(() => log);
}
