import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { CreatedWebhook, NotificationDetails, NotificationPage, TriggeredEvent } from '../../src/api/contract.js';
import { Home, type Serving } from '../helpers/home.js';
import { closedPort, startReceivingApp, verified } from '../helpers/receiving-app.js';
import { subscribe } from '../helpers/subscribe.js';
import { eventually } from '../helpers/eventually.js';

/** A machine with a running service and one webhook. */
async function machineWithWebhook(url: string) {
  const home = new Home(onTestFinished);
  const service = await home.serve();
  const webhook = await home.json<CreatedWebhook>(['webhooks', 'add', url]);
  return { home, service, webhook };
}

/** The machine of the tests that leave its service running. */
const home = new Home(afterAll);
let serving: Serving;

beforeAll(async () => {
  ({ serving } = await home.serve());
});

const add = (url: string) => home.json<CreatedWebhook>(['webhooks', 'add', url]);

const trigger = (at: Home, ...args: string[]) => at.json<TriggeredEvent>(['events', 'trigger', 'subscribe', ...args]);

test('a subscription is delivered with a signature that the public standardwebhooks package accepts', async () => {
  const app = await startReceivingApp(onTestFinished);
  const webhook = await add(app.url);

  const { subscriptionId } = await subscribe(home, serving, { emailAddress: 'dana@example.com' });

  const [request] = await app.arrived(1);
  if (!request) throw new Error('nothing arrived');
  expect(verified(webhook.secret, request)).toMatchObject({
    eventId: request.headers['webhook-id'],
    eventType: 'Subscribe',
    eventDetails: { subscription: { calendarSubscriptionId: subscriptionId, subscriberEmail: 'dana@example.com' } },
  });
  expect(request.headers).not.toHaveProperty('calreply-test');
  expect(() => verified(webhook.secret, { ...request, body: `${request.body} ` })).toThrow();
});

test('a receiver that was down gets the notification by a retry, with the same webhook-id and a signature that holds', async () => {
  const port = await closedPort();
  const webhook = await add(`http://127.0.0.1:${port}/hooks`);
  const { event, notifications } = await trigger(home, '--to', webhook.id);
  const id = notifications[0]?.id ?? '';
  const show = () => home.json<NotificationDetails>(['notifications', 'show', id]);
  await eventually('the first attempt', async () => (await show()).attempts.length === 1);

  const app = await startReceivingApp(onTestFinished, { port });

  const [request] = await app.arrived(1);
  if (!request) throw new Error('nothing arrived');
  expect(request.headers).toMatchObject({ 'webhook-id': event.eventId, 'calreply-attempt': '2' });
  expect(verified(webhook.secret, request)).toEqual(event);
  const { attempts } = await eventually('delivered', async () => {
    const shown = await show();
    return shown.status === 'delivered' && shown;
  });
  expect(attempts).toMatchObject([
    { number: 1, status: null, error: 'connection_refused' },
    { number: 2, status: 200, error: null },
  ]);
});

test('what was accepted before kill -9 is delivered after a restart on the same data folder, with the same webhook-id', async () => {
  let answers = false;
  const app = await startReceivingApp(onTestFinished, { answer: () => (answers ? 200 : 'nothing') });
  const { home, service, webhook } = await machineWithWebhook(app.url);
  const { event } = await trigger(home);
  await app.arrived(1);

  await service.stop('SIGKILL');
  answers = true;
  await home.serve();

  const [before, after] = await app.arrived(2);
  if (!before || !after) throw new Error('nothing arrived');
  expect([before, after].map(({ headers }) => headers['webhook-id'])).toEqual([event.eventId, event.eventId]);
  expect(verified(webhook.secret, after)).toEqual(event);
  await eventually('delivered', async () => {
    const { notifications } = await home.json<NotificationPage>(['notifications', 'list']);
    return notifications.length === 1 && notifications[0]?.status === 'delivered';
  });
});

test('SIGTERM lets what is on its way end, takes nothing new, and ends with 143', async () => {
  const answers: (() => void)[] = [];
  const app = await startReceivingApp(onTestFinished, {
    answer: () => new Promise((resolve) => answers.push(() => resolve(200))),
  });
  const { home, service } = await machineWithWebhook(app.url);
  const { notifications } = await trigger(home);
  await app.arrived(1);

  const stopping = service.stop('SIGTERM');
  await eventually('it to be unready', () => isUnready(service.serving.url));
  answers.forEach((answer) => answer());

  const { exitCode, stdout, stderr } = await stopping;
  expect({ exitCode, stderr }).toEqual({ exitCode: 143, stderr: '' });
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('{"type":"stopped"}');
  await home.serve();
  const shown = await home.json<NotificationDetails>(['notifications', 'show', notifications[0]?.id ?? '']);
  expect(shown).toMatchObject({ status: 'delivered', attemptCount: 1 });
  expect(app.received).toHaveLength(1);
});

test('a second signal ends the service there and then', async () => {
  const app = await startReceivingApp(onTestFinished, { answer: () => 'nothing' });
  const { home, service } = await machineWithWebhook(app.url);
  await trigger(home);
  await app.arrived(1);

  void service.stop('SIGTERM');
  await eventually('it to be unready', () => isUnready(service.serving.url));
  let exitCode: number | undefined;
  // Right after the first one a signal counts as the same, so this asks again until it is heard.
  await eventually('the end', async () => {
    void service.stop('SIGINT').then((finished) => {
      exitCode = finished.exitCode;
    });
    return exitCode !== undefined;
  });

  expect(exitCode).toBe(130);
  expect(service.stdout()).not.toContain('stopped');
});

const isUnready = async (url: string) => (await fetch(`${url}/ready`)).status === 503;
