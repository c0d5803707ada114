/* The worker of BullMQ: run by `bullmq.ts`, as a process of its own. */
import { QUEUE } from './bullmq.js';
import { library } from './library.js';
import { CONCURRENCY, poster } from './post.js';
import { works } from './worker.js';

interface BullMq {
  readonly Worker: new (
    queue: string,
    work: (job: { data: unknown }) => Promise<void>,
    options: object,
  ) => { waitUntilReady(): Promise<unknown> };
}

const [port, sinkUrl = ''] = process.argv.slice(2);
const post = poster(sinkUrl);
const { Worker } = library<BullMq>('bullmq');
const worker = new Worker(QUEUE, ({ data }) => post(data), {
  concurrency: CONCURRENCY,
  connection: { host: '127.0.0.1', port: Number(port) },
});
await worker.waitUntilReady();
works();
