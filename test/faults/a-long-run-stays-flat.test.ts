import { expect, onTestFinished, test } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import { sleep, systemClock } from '../../src/util/clock.js';
import { seededRandom } from '../../src/util/seeded-random.js';
import { Home } from '../helpers/home.js';
import { inspect, INSPECTED } from '../helpers/inspector.js';
import { startLoad } from '../helpers/load.js';
import { processUse, slope, tellsProcessUse, type ProcessUse } from '../helpers/process-use.js';
import { expectAllReceived } from '../helpers/receipts.js';
import { startReceivingApp } from '../helpers/receiving-app.js';
import { localCredentials } from '../helpers/subscribe.js';
import { wholeFaults } from '../helpers/whole-faults.js';
import { drained } from '../helpers/whole-history.js';

const MINUTE = 60_000;
const SAMPLE_EVERY = 1_000;
const minutes = Number(process.env.CALREPLY_SOAK_MINUTES ?? 2);

/**
 * How much may be added a minute: of memory in MB, and of descriptors. At ten thousand events a minute, what leaks 300
 * bytes with each adds 3 MB to the heap. What leaks a descriptor with each read of the history, or with each retry, adds
 * more than 50. In the first minutes the process still grows to the size that it keeps, and opens connections.
 */
const MOST = minutes < 10 ? { heap: 2, rss: 10, descriptors: 5 } : { heap: 1, rss: 2, descriptors: 0.5 };

test(
  'a service under steady load takes no more memory and descriptors as time goes on, and loses nothing',
  async (context) => {
    if (!wholeFaults) context.skip('it takes minutes, and runs in npm run test:faults');
    if (!tellsProcessUse) context.skip('Node tells what a process has open on Linux only');
    const random = seededRandom(30);
    const home = new Home(onTestFinished);
    const healthy = await startReceivingApp(onTestFinished);
    const failing = await startReceivingApp(onTestFinished, {
      answer: ({ headers }) => (headers['calreply-attempt'] === '1' && random() < 0.005 ? 503 : 200),
    });
    const local = await startReceivingApp(onTestFinished);
    const { serving, stderr } = await home.serve({ env: INSPECTED });
    const api = new ApiClient({ apiUrl: serving.url, ...localCredentials(home), userAgent: 'test' });
    for (const { url } of [healthy, failing]) await api.createWebhook({ url });
    const listener = home.start(['listen', '--forward-to', local.url, '--name', 'soak', '--json'], {
      keepsLast: 10_000,
    });
    await listener.jsonLine('ready');
    const tail = home.start(['notifications', 'tail', '--json'], { keepsLast: 10_000 });

    const load = startLoad({ api, senders: 20, pause: 100 });
    const sample = processUse(serving.url, await inspect(stderr(), onTestFinished));
    const samples: ProcessUse[] = [];
    while ((samples.at(-1)?.minute ?? 0) < minutes) {
      await Promise.all([
        api.notifications({ limit: 200 }),
        api.events({ limit: 200 }),
        api.notificationStatistics({}),
      ]);
      samples.push(await sample());
      await sleep(systemClock, SAMPLE_EVERY);
    }

    await load.stop();
    for (const command of [listener, tail]) expect(command.hasEnded(), command.stderr()).toBe(false);
    await drained(api, 2 * MINUTE);
    const late = samples.filter(({ minute }) => minute > minutes / 3);
    const added = {
      heap: slope(late, ({ heap }) => heap),
      rss: slope(late, ({ rss }) => rss),
      descriptors: slope(late, ({ descriptors }) => descriptors),
    };
    console.log(
      `${load.accepted.size} events in ${minutes} minutes; at the end`,
      samples.at(-1),
      'added a minute',
      added,
    );
    for (const { received } of [healthy, failing, local]) expectAllReceived(load, received);
    expect(tail.stdout()).not.toBe('');
    expect(added.heap).toBeLessThan(MOST.heap);
    expect(added.rss).toBeLessThan(MOST.rss);
    expect(added.descriptors).toBeLessThan(MOST.descriptors);
  },
  (minutes + 5) * MINUTE,
);
