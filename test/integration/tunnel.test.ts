import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ListenerResource } from '../../src/api/contract.js';
import { attempted, finished } from '../helpers/history.js';
import { startListener } from '../helpers/listener.js';
import { startReceiver, statuses } from '../helpers/receiver.js';
import { CALENDAR, startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

/** A listener of a name of its own, with its local app. */
async function listen(name: string, options: Parameters<typeof startReceiver>[0] = {}) {
  const app = await startReceiver(options);
  const listener = await startListener(service, { name, target: `${app.url}/hooks?via=tunnel` });
  onTestFinished(() => service.api.removeListener(listener.opened.id));
  return { app, listener, webhookId: listener.opened.webhookId };
}

const subscribe = (userName: string) => service.api.subscribe('your-account', CALENDAR, { userName });

describe('an event', () => {
  test('reaches the local app as a webhook would, with a signature that holds', async () => {
    const { app, listener } = await listen('laptop');
    const { subscriptionId } = await subscribe('dana');
    await finished(service.api, { subscription: subscriptionId });

    const [request] = app.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/hooks?via=tunnel' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'calreply-event-type': 'Subscribe',
      'calreply-attempt': '1',
      host: new URL(app.url).host,
    });
    const signed = request?.headers as Record<string, string>;
    expect(new Webhook(listener.opened.secret).verify(request?.body ?? '', signed)).toMatchObject({
      eventType: 'Subscribe',
      eventDetails: { calendarSubscriptionId: subscriptionId },
    });
  });

  test('is recorded with what the local app answered', async () => {
    const { webhookId } = await listen('answers', {
      answer: (answer) => answer.writeHead(202, { 'x-a': 'b' }).end('taken'),
    });
    const { subscriptionId } = await subscribe('eve');
    expect(await finished(service.api, { subscription: subscriptionId })).toMatchObject([
      {
        status: 'delivered',
        webhookId,
        webhookUrl: 'listener:answers',
        lastStatus: 202,
        attempts: [{ number: 1, status: 202, answer: 'taken', error: null, location: null }],
      },
    ]);
  });

  test('that the local app fails on is tried again on the schedule, and delivered then', async () => {
    const { app, listener, webhookId } = await listen('failing', { answer: statuses(500, 200) });
    const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [webhookId] });
    const failed = await attempted(service.api, { event: event.eventId });
    expect(failed).toMatchObject({ status: 'pending', lastStatus: 500 });
    const wait = Date.parse(failed.nextAttemptAt ?? '') - Date.parse(failed.attempts[0]?.startedAt ?? '');
    expect(wait).toBeGreaterThanOrEqual(4_000);
    expect(wait).toBeLessThan(7_000);

    await waitUntil('it is sent again', () => app.requests.length === 2, 8_000);
    expect(app.requests.map(({ headers }) => headers['calreply-attempt'])).toEqual(['1', '2']);
    expect(await finished(service.api, { event: event.eventId })).toMatchObject([
      { status: 'delivered', attempts: [{ status: 500 }, { status: 200 }] },
    ]);
    expect(listener.events.filter(({ kind }) => kind === 'forwarded')).toHaveLength(2);
  });

  test('that the local app redirects or hangs up on is kept so, and not followed', async () => {
    const redirecting = await listen('redirecting', {
      answer: (answer) => answer.writeHead(302, { location: '/login' }).end(),
    });
    const gone = await listen('hanging-up', { answer: (answer) => answer.destroy() });
    const { event } = await service.api.triggerEvent({ eventType: 'Test' });
    expect(await attempted(service.api, { event: event.eventId, webhook: redirecting.webhookId })).toMatchObject({
      status: 'pending',
      attempts: [{ status: 302, location: '/login' }],
    });
    expect(await attempted(service.api, { event: event.eventId, webhook: gone.webhookId })).toMatchObject({
      status: 'pending',
      attempts: [{ status: null, error: 'connection_reset' }],
    });
    expect(redirecting.app.requests).toHaveLength(1);
  });

  test('is answered with a status nobody has heard of, and the tunnel goes on', async () => {
    const { listener, webhookId } = await listen('odd', { answer: statuses(999, 200) });
    const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [webhookId] });
    expect(await attempted(service.api, { event: event.eventId })).toMatchObject({ lastStatus: 999 });
    const second = await service.api.triggerEvent({ eventType: 'Test', to: [webhookId] });
    expect(await finished(service.api, { event: second.event.eventId })).toMatchObject([{ lastStatus: 200 }]);
    expect(listener.events.map(({ kind }) => kind)).not.toContain('reconnecting');
  });
});

describe('what happens while nobody listens', () => {
  test('waits, and is delivered in order when the listener is back', async () => {
    const { app, listener, webhookId } = await listen('away');
    await listener.stop(0);
    const sent: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      sent.push((await service.api.triggerEvent({ eventType: 'Test', to: [webhookId] })).event.eventId);
    }

    const { notifications } = await service.api.notifications({ webhook: webhookId });
    expect(notifications.map(({ status, attemptCount }) => [status, attemptCount])).toEqual(
      sent.map(() => ['pending', 0]),
    );
    const back = await startListener(service, { name: 'away', target: app.url });
    expect(back.opened).toMatchObject({ id: listener.opened.id, webhookId, secret: listener.opened.secret });
    await finished(service.api, { webhook: webhookId }, 5);
    const delivered = back.events.flatMap((event) => (event.kind === 'delivery' ? [event.delivery.event.id] : []));
    expect(delivered).toEqual(sent);
    expect(app.eventIds().toSorted()).toEqual(sent.toSorted());
  });
});

describe('while the local app is down', () => {
  test('notifications are held, and drain in the order of their subscription when it is up', async () => {
    const { app, listener, webhookId } = await listen('holding');
    await app.stop();
    const { subscriptionId } = await subscribe('finn');
    await listener.saw('holding');
    await service.api.unsubscribe('your-account', CALENDAR, { id: subscriptionId });
    const { notifications } = await service.api.notifications({ subscription: subscriptionId, webhook: webhookId });
    expect(notifications.map(({ status, attemptCount }) => [status, attemptCount])).toEqual([
      ['pending', 0],
      ['pending', 0],
    ]);

    const again = await startReceiver({ port: app.port });
    const history = await finished(service.api, { subscription: subscriptionId, webhook: webhookId }, 2);
    expect(history).toMatchObject([
      { eventType: 'Subscribe', attemptCount: 1, lastStatus: 200 },
      { eventType: 'Unsubscribe', attemptCount: 1, lastStatus: 200 },
    ]);
    expect(again.requests.map(({ headers }) => headers['calreply-event-type'])).toEqual(['Subscribe', 'Unsubscribe']);
    const [holding] = listener.events.filter(({ kind }) => kind === 'holding');
    expect(holding).toMatchObject({ waiting: 1 });
    expect(listener.events.filter(({ kind }) => kind === 'resumed')).toHaveLength(1);
  });

  test('a listener that stops leaves what it held at the service', async () => {
    const { app, listener, webhookId } = await listen('giving-up');
    await app.stop();
    await service.api.triggerEvent({ eventType: 'Test', to: [webhookId] });
    await listener.saw('holding');
    await listener.stop(5_000);
    await listener.ended;

    const { notifications } = await service.api.notifications({ webhook: webhookId });
    expect(notifications).toMatchObject([{ status: 'pending', attemptCount: 0 }]);
    const again = await startReceiver({ port: app.port });
    await startListener(service, { name: 'giving-up', target: again.url });
    await finished(service.api, { webhook: webhookId });
    expect(again.requests).toHaveLength(1);
  });
});

test('a listener is shown as connected while it is, and as not when it is not', async () => {
  const { listener } = await listen('shown');
  const connected = async () => {
    const { json } = await service.call('GET', `/v1/listeners/${listener.opened.id}`);
    return (json as ListenerResource).connected;
  };
  expect(await connected()).toBe(true);
  await listener.stop(0);
  await waitUntil('the service noticed', async () => (await connected()) === false);
});
