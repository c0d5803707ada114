import { onTestFinished, expect, test } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import { seededRandom } from '../../src/util/seeded-random.js';
import { eventually } from '../helpers/eventually.js';
import { Home } from '../helpers/home.js';
import { startLoad } from '../helpers/load.js';
import { expectAllReceived } from '../helpers/receipts.js';
import { startReceivingApp } from '../helpers/receiving-app.js';
import { localCredentials } from '../helpers/subscribe.js';
import { wholeFaults } from '../helpers/whole-faults.js';
import { drained, wholeHistory } from '../helpers/whole-history.js';

/** How often the service is killed, and how many events are accepted in between: as many as it takes a few seconds for. */
const { kills, fewest, most } = wholeFaults
  ? { kills: 20, fewest: 400, most: 2000 }
  : { kills: 3, fewest: 30, most: 150 };

test(
  `what was answered with 2xx is delivered, in order, though the service is killed ${kills} times under load`,
  async () => {
    const random = seededRandom(20);
    const home = new Home(onTestFinished);
    const quick = await startReceivingApp(onTestFinished);
    // Answers that take their time leave many exchanges open for the kill to break.
    const slow = await startReceivingApp(onTestFinished, {
      answer: () => new Promise((resolve) => setTimeout(() => resolve(200), 20 + 100 * random())),
    });
    let service = await home.serve();
    const { url } = service.serving;
    const { port } = new URL(url);
    const api = new ApiClient({ apiUrl: url, ...localCredentials(home), userAgent: 'test' });
    for (const receiver of [quick, slow]) await api.createWebhook({ url: receiver.url });

    const load = startLoad({ api, senders: 12 });
    for (let kill = 0; kill < kills; kill += 1) {
      const until = load.accepted.size + fewest + Math.floor(random() * (most - fewest));
      await eventually('more events to be accepted', () => load.accepted.size >= until);
      await service.stop('SIGKILL');
      service = await home.serve({ port });
    }

    await load.stop();
    await drained(api);

    const [toQuick, toSlow] = [quick, slow].map(({ received }) => expectAllReceived(load, received));
    const again = [toQuick, toSlow].flatMap((receipts) => [...(receipts?.times.values() ?? [])].filter((n) => n > 1));
    // Otherwise nothing was in flight at any kill, and the test has shown nothing.
    expect(again.length).toBeGreaterThan(0);
    const history = await wholeHistory(api);
    expect(history).toHaveLength(2 * load.accepted.size);
    expect(new Set(history.map(({ eventId }) => eventId))).toEqual(new Set(load.accepted.keys()));
    expect(new Set(history.map(({ status, lastStatus }) => `${status} ${lastStatus}`))).toEqual(
      new Set(['delivered 200']),
    );
    // What was accepted is in the insights, each subscription once, however its folding was broken off.
    const subscriptions = new Set([...load.accepted.values()].map(({ subscription }) => subscription));
    expect((await api.insightTags({ includeTests: true })).subscribes).toBe(subscriptions.size);
  },
  wholeFaults ? 600_000 : 60_000,
);
