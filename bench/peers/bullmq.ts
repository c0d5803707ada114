import type { DeliverySystem } from '../lib/delivery-system.js';
import type { Endings } from '../lib/endings.js';
import { eventOf } from '../lib/event-body.js';
import { library } from './library.js';
import { startRedis, type Fsync } from './redis.js';
import { startWorker } from './worker.js';

export const QUEUE = 'events';

interface BullMq {
  readonly Queue: new (name: string, options: object) => Queue;
}

interface Queue {
  waitUntilReady(): Promise<unknown>;
  add(name: string, data: object, options: object): Promise<unknown>;
  addBulk(jobs: readonly { name: string; data: object; opts: object }[]): Promise<unknown>;
  close(): Promise<void>;
}

/** As its guide says: it tries again, and what is done is removed. */
const JOB = { attempts: 5, backoff: { type: 'exponential', delay: 1000 }, removeOnComplete: true };

/** BullMQ on a Redis of its own, with one worker process. */
export async function bullMq(endings: Endings, name: string, sinkUrl: string, fsync: Fsync): Promise<DeliverySystem> {
  const port = await startRedis(endings, fsync);
  await startWorker(endings, 'bullmq-process.ts', [String(port), sinkUrl]);
  const { Queue } = library<BullMq>('bullmq');
  const queue = new Queue(QUEUE, { connection: { host: '127.0.0.1', port } });
  endings.add(() => queue.close());
  await queue.waitUntilReady();

  const sender = {
    send: async (id: string) => {
      await queue.add('event', eventOf(id), JOB);
      return true;
    },
    sendMany: async (ids: readonly string[]) => {
      await queue.addBulk(ids.map((id) => ({ name: 'event', data: eventOf(id), opts: JOB })));
      return true;
    },
    close: async () => undefined,
  };
  return { name, open: async () => sender };
}
