/* The worker of graphile-worker: run by `graphile-worker.ts`, as a process of its own. */
import { logger, TASK, type GraphileWorker } from './graphile-worker.js';
import { library } from './library.js';
import { CONCURRENCY, poster } from './post.js';
import { works } from './worker.js';

const [connectionString, sinkUrl = '', tuning] = process.argv.slice(2);
const post = poster(sinkUrl);
const tuned = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };
await library<GraphileWorker>('graphile-worker').run({
  // With fewer connections than jobs at once it warns that it may be slow.
  preset: {
    worker: {
      connectionString,
      concurrentJobs: CONCURRENCY,
      maxPoolSize: CONCURRENCY + 1,
      ...(tuning === 'tuned' && tuned),
    },
  },
  taskList: { [TASK]: post },
  noHandleSignals: true,
  logger: logger((level, message) => {
    if (level === 'error') process.stderr.write(`graphile-worker: ${message}\n`);
  }),
});
works();
