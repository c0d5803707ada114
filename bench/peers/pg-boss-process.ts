/* The worker of pg-boss: run by `pg-boss.ts`, as a process of its own. */
import { library } from './library.js';
import { QUEUE } from './pg-boss.js';
import { poster } from './post.js';
import { CONNECTIONS } from '../lib/postgres.js';
import { works } from './worker.js';

type PgBoss = new (options: object) => {
  on(event: 'error', listener: (error: Error) => void): void;
  start(): Promise<unknown>;
  work(queue: string, options: object, work: (jobs: readonly { data: unknown }[]) => Promise<void>): Promise<string>;
};

const [connectionString, sinkUrl = ''] = process.argv.slice(2);
const post = poster(sinkUrl);
const boss = new (library<PgBoss>('pg-boss'))({ connectionString, max: CONNECTIONS });
boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
await boss.start();
// It polls, at most twice a second: what it takes at once is what it can do at most.
await boss.work(QUEUE, { batchSize: 1000, pollingIntervalSeconds: 0.5 }, async (jobs) => {
  await Promise.all(jobs.map(({ data }) => post(data)));
});
works();
