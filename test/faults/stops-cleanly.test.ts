import { expect, onTestFinished, test } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import { eventually } from '../helpers/eventually.js';
import { Home } from '../helpers/home.js';
import { startLoad } from '../helpers/load.js';
import { expectAllReceived } from '../helpers/receipts.js';
import { startReceivingApp } from '../helpers/receiving-app.js';
import { localCredentials } from '../helpers/subscribe.js';
import { wholeFaults } from '../helpers/whole-faults.js';
import { drained } from '../helpers/whole-history.js';

const stops = wholeFaults ? 10 : 2;
/** How long a stop may take when every receiver answers within a fraction of a second. In milliseconds. */
const QUICK = 5_000;

test(
  `what was answered with 2xx is delivered, in order and once, though the service is stopped ${stops} times under load`,
  async () => {
    const home = new Home(onTestFinished);
    // So slow that something is in flight at every stop.
    const app = await startReceivingApp(onTestFinished, {
      answer: () => new Promise((resolve) => setTimeout(() => resolve(200), 150)),
    });
    let service = await home.serve();
    const { url } = service.serving;
    const { port } = new URL(url);
    const api = new ApiClient({ apiUrl: url, ...localCredentials(home), userAgent: 'test' });
    await api.createWebhook({ url: app.url });

    const load = startLoad({ api, senders: 12 });
    for (let stop = 0; stop < stops; stop += 1) {
      const until = load.accepted.size + (wholeFaults ? 400 : 50);
      await eventually('more events to be accepted', () => load.accepted.size >= until);
      const stoppedAt = performance.now();
      const { exitCode, stdout, stderr } = await service.stop('SIGTERM');
      expect({ exitCode, stderr, said: stdout.trimEnd().split('\n').at(-1) }).toEqual({
        exitCode: 143,
        stderr: '',
        said: '{"type":"stopped"}',
      });
      expect(performance.now() - stoppedAt).toBeLessThan(QUICK);
      service = await home.serve({ port });
    }

    // Rejects when anything was answered but 2xx and 503, or no answer at all.
    await load.stop();
    await drained(api);

    const { times } = expectAllReceived(load, app.received);
    // Unlike one that was killed, a service that stops has written down what it delivered.
    expect(Math.max(...times.values())).toBe(1);
  },
  wholeFaults ? 300_000 : 60_000,
);

test('a receiver that never answers holds up a stop for 20 seconds at most, and gets its notification later', async (context) => {
  if (!wholeFaults) context.skip('it takes 20 seconds');
  const home = new Home(onTestFinished);
  let answers = false;
  const app = await startReceivingApp(onTestFinished, { answer: () => (answers ? 200 : 'nothing') });
  const service = await home.serve();
  const api = new ApiClient({ apiUrl: service.serving.url, ...localCredentials(home), userAgent: 'test' });
  await api.createWebhook({ url: app.url });
  const { event } = await api.triggerEvent({ eventType: 'Test' });
  await app.arrived(1);

  const stoppedAt = performance.now();
  expect((await service.stop('SIGTERM')).exitCode).toBe(143);
  expect(performance.now() - stoppedAt).toBeLessThan(22_000);
  answers = true;
  await home.serve({ port: new URL(service.serving.url).port });
  await drained(api);
  expect(new Set(app.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([event.eventId]));
});
