import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { listenReporter } from '../../src/listen/report.js';
import { forwarder } from '../../src/tunnel/local/forward.js';
import type { Rehearsals, Route } from '../../src/tunnel/listening.js';
import { exchange } from '../helpers/exchange.js';
import { attempted, finished } from '../helpers/history.js';
import { startListener, type TestListener, type TestListenerOptions } from '../helpers/listener.js';
import { startReceiver, startSlowReceiver, type Receiver } from '../helpers/receiver.js';
import { closedPort } from '../helpers/receiving-app.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { startTcpProxy } from '../helpers/tcp-proxy.js';
import { triggerEach } from '../helpers/trigger-each.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

let count = 0;

/** A listener of a name of its own; it is taken off with the test. */
async function listen(options: Omit<TestListenerOptions, 'name'>): Promise<TestListener> {
  const listener = await startListener(service, { ...options, name: `listener-${(count += 1)}` });
  onTestFinished(() => service.api.removeListener(listener.opened.id));
  return listener;
}

const route = (target: string, types: string[] = [], mirror = false): Route => ({
  types,
  forwarder: forwarder({ target: new URL(target), timeout: 5_000 }),
  mirror,
});

/** Triggers an event for one listener, and waits until it has an outcome. */
async function trigger({ opened }: TestListener, eventType: 'Subscribe' | 'Test' = 'Test') {
  const { event } = await service.api.triggerEvent({ eventType, to: [opened.webhookId] });
  return attempted(service.api, { event: event.eventId });
}

const eventTypesOf = ({ requests }: Receiver) =>
  requests.map(({ headers }) => headers['calreply-event-type'] ?? 'Inbox');

describe('routes', () => {
  test('bring each type to its app, and a copy to the mirror, which changes nothing', async () => {
    const [subscribes, inbox, rest] = [await startReceiver(), await startReceiver(), await startReceiver()];
    const mirror = await startReceiver({ answer: (answer) => answer.writeHead(500).end() });
    const listener = await listen({
      target: rest.url,
      routes: [
        route(`${subscribes.url}/new`, ['Subscribe']),
        route(inbox.url, ['Inbox']),
        route(rest.url),
        route(mirror.url, [], true),
      ],
    });

    expect(await trigger(listener, 'Subscribe')).toMatchObject({ status: 'delivered', lastStatus: 200 });
    expect(await trigger(listener, 'Test')).toMatchObject({ status: 'delivered' });
    await exchange(listener.opened.inboxUrl, { method: 'POST', body: 'from outside' });
    await listener.saw('mirrored', 3);

    expect(subscribes.requests).toMatchObject([{ url: '/new' }]);
    expect(eventTypesOf(inbox)).toEqual(['Inbox']);
    expect(eventTypesOf(rest)).toEqual(['Test']);
    expect(eventTypesOf(mirror)).toEqual(['Subscribe', 'Test', 'Inbox']);
    await finished(service.api, { webhook: listener.opened.webhookId, status: 'delivered' }, 3);
  });

  test('of which none takes a type give it up with that, in the history too', async () => {
    const app = await startReceiver();
    const listener = await listen({ target: app.url, routes: [route(app.url, ['Subscribe'])] });
    expect(await trigger(listener)).toMatchObject({ status: 'failed', attempts: [{ error: 'no_route' }] });
    expect(app.requests).toEqual([]);
  });

  test('to a mirror that nobody runs hold up nothing, and to an app they are held as one', async () => {
    const port = await closedPort();
    const listener = await listen({
      target: '',
      routes: [
        route(`http://localhost:${port}/new`, ['Subscribe']),
        route(`http://localhost:${port}/rest`),
        route(`http://localhost:${port}/mirror`, [], true),
      ],
    });
    for (const eventType of ['Subscribe', 'Test'] as const) {
      await service.api.triggerEvent({ eventType, to: [listener.opened.webhookId] });
    }
    await listener.saw('mirrored', 2);
    await listener.saw('holding');

    const app = await startReceiver({ port });
    await finished(service.api, { webhook: listener.opened.webhookId, status: 'delivered' }, 2);
    expect(app.requests.map(({ url }) => url).toSorted()).toEqual(['/new', '/rest']);
    const told = listener.events.filter(({ kind }) => kind === 'holding' || kind === 'resumed');
    expect(told).toMatchObject([
      { kind: 'holding', heldMs: 0 },
      { kind: 'resumed', waiting: 2 },
    ]);
  });
});

describe('an app with all that it can take in hand', () => {
  /** Two apps, of which the first takes `Subscribe`, and a listener that may have two for each in hand. */
  async function listenTo(first: string, { rest, ...more }: { rest?: string } & Partial<TestListenerOptions> = {}) {
    const app = await startReceiver();
    const routes = [route(first, ['Subscribe']), route(rest ?? app.url)];
    const listener = await listen({ target: '', routes, link: { concurrency: 1 }, ...more });
    const { webhookId } = listener.opened;
    /** Makes events for the first app, and for the other. */
    const subscribes = (count: number) => triggerEach(service.api, webhookId, count, 'Subscribe');
    const tests = (count: number) => triggerEach(service.api, webhookId, count);
    const allDelivered = (count: number) => finished(service.api, { webhook: webhookId, status: 'delivered' }, count);
    return { app, listener, subscribes, tests, allDelivered };
  }

  test('since it is down keeps nothing from the other, however much is for it, and gets all in order', async () => {
    const port = await closedPort();
    const { listener, app, subscribes, allDelivered } = await listenTo(`http://localhost:${port}`);
    const sent = await subscribes(20);
    await listener.saw('held', 2);
    for (let i = 0; i < 5; i += 1) expect(await trigger(listener)).toMatchObject({ status: 'delivered' });
    expect(app.requests).toHaveLength(5);
    expect(listener.events.filter(({ kind }) => kind === 'held')).toHaveLength(2);

    const back = await startReceiver({ port });
    await allDelivered(25);
    expect(back.eventIds()).toEqual(sent);
  });

  test('since it is slow does neither', async () => {
    const { slow, finish } = await startSlowReceiver();
    const { listener, subscribes, allDelivered } = await listenTo(slow.url);
    const sent = await subscribes(5);
    await listener.saw('delivery', 2);
    expect(await trigger(listener)).toMatchObject({ status: 'delivered' });

    for (let place = 1; place <= 5; place += 1) {
      await waitUntil(`number ${place} arrived`, () => slow.requests.length === place);
      finish.pop()?.();
    }
    await allDelivered(6);
    expect(slow.eventIds()).toEqual(sent);
  });

  test('still has it when the link was made anew', async () => {
    const network = await startTcpProxy(service.url);
    const port = await closedPort();
    const { listener, subscribes, allDelivered } = await listenTo(`http://localhost:${port}`, {
      through: (url) => network.through(url),
    });
    await subscribes(5);
    await listener.saw('held', 2);
    network.cut();
    await listener.saw('connected', 2);
    expect(await trigger(listener)).toMatchObject({ status: 'delivered' });

    await startReceiver({ port });
    await allDelivered(6);
  });

  test('takes nothing from it by copies for a rehearsal either', async () => {
    const port = await closedPort();
    const duplicate = { badSignature: false, stale: 0, duplicate: true, delay: 0, drop: 0, random: Math.random };
    const { listener, subscribes, allDelivered } = await listenTo(`http://localhost:${port}`, {
      rehearsals: duplicate,
    });
    const sent = await subscribes(5);
    await listener.saw('held', 2);
    expect(await trigger(listener)).toMatchObject({ status: 'delivered' });

    const back = await startReceiver({ port });
    await allDelivered(6);
    await listener.saw('rehearsed', 6);
    expect(new Set(back.eventIds())).toEqual(new Set(sent));
    expect(back.requests).toHaveLength(10);
  });

  test('when all have it, is like one of one app: on a new link the window says enough', async () => {
    const network = await startTcpProxy(service.url);
    const { listener, subscribes, tests, allDelivered } = await listenTo(`http://localhost:${await closedPort()}`, {
      through: (url) => network.through(url),
      rest: `http://localhost:${await closedPort()}`,
    });
    await subscribes(3);
    await listener.saw('held', 2);
    await tests(2);
    await listener.saw('held', 4);
    network.cut();
    await listener.saw('connected', 2);
    await listener.stop(0);

    expect(await allDelivered(0)).toEqual([]);
    const next = await startListener(service, { name: listener.opened.name, target: (await startReceiver()).url });
    await next.saw('forwarded', 5);
  });
});

describe('signatures', () => {
  const signatures = ({ events }: TestListener) =>
    events.flatMap((event) => (event.kind === 'delivery' ? [event.signature] : []));

  test('of the service hold, and what came in at the inbox is its sender’s, whatever it looks like', async () => {
    const app = await startReceiver();
    const listener = await listen({ target: app.url });
    await trigger(listener);
    const body = '{"eventId":"e1","eventType":"Test","eventDetails":{}}';
    const headers = { 'calreply-notification-id': 'ntf_1', 'webhook-signature': 'v1,AAAA' };
    await exchange(listener.opened.inboxUrl, { method: 'POST', body, headers });
    await listener.saw('forwarded', 2);
    expect(signatures(listener)).toEqual(['valid', 'none']);
    expect(app.requests).toHaveLength(2);
  });

  test('hold after the secret was replaced at once, while the tunnel is up', async () => {
    const app = await startReceiver();
    const listener = await listen({ target: app.url });
    const { secret } = await service.api.rotateSecret(listener.opened.webhookId, { now: true });
    expect(await trigger(listener)).toMatchObject({ status: 'delivered' });
    expect(signatures(listener)).toEqual(['valid']);
    const [request] = app.requests;
    new Webhook(secret).verify(request?.body ?? '', request?.headers as Record<string, string>);
  });
});

describe('a rehearsal', () => {
  const rehearsals: Rehearsals = {
    badSignature: true,
    stale: 600_000,
    duplicate: true,
    delay: 1,
    drop: 0,
    random: Math.random,
  };

  /** An app that verifies with the public package when it is told to, and a listener that rehearses with it. */
  async function rehearse(verifies: boolean, more: Partial<Rehearsals> = {}) {
    let secret = '';
    const app = await startReceiver({
      answer(answer, { body, headers }) {
        try {
          if (verifies) new Webhook(secret).verify(body, headers as Record<string, string>);
          answer.writeHead(204).end();
        } catch {
          answer.writeHead(401).end();
        }
      },
    });
    const listener = await listen({ target: app.url, rehearsals: { ...rehearsals, ...more } });
    ({ secret } = listener.opened);
    const reporter = listenReporter();
    return {
      app,
      listener,
      report: () => {
        for (const event of listener.events) reporter.onEvent(event);
        return reporter.report();
      },
    };
  }

  test('is passed by an app that verifies as the public package does', async () => {
    const { app, listener, report } = await rehearse(true);
    expect(await trigger(listener)).toMatchObject({ status: 'delivered', lastStatus: 204, attemptCount: 1 });
    expect(app.requests).toHaveLength(4);
    expect(report()).toMatchObject({
      deliveries: 1,
      answered: 1,
      rehearsals: {
        'bad-signature': { passed: 1, failed: 0 },
        stale: { passed: 1, failed: 0 },
        duplicate: { passed: 1, failed: 0 },
      },
    });
  });

  test('is not passed by one that takes everything, and the delivery is recorded as it was answered', async () => {
    const { listener, report } = await rehearse(false);
    expect(await trigger(listener)).toMatchObject({ status: 'delivered', lastStatus: 204, attemptCount: 1 });
    expect(report().rehearsals).toMatchObject({ 'bad-signature': { failed: 1 }, stale: { failed: 1 } });
  });

  test('that drops a delivery sees it come again', async () => {
    const { app, listener, report } = await rehearse(true, {
      drop: 1,
      badSignature: false,
      stale: 0,
      duplicate: false,
    });
    const { id } = await trigger(listener);
    expect(app.requests).toEqual([]);
    // What would come after some seconds comes at once by hand.
    await service.api.retryNotification(id);
    expect(await finished(service.api, { webhook: listener.opened.webhookId })).toMatchObject([
      { status: 'delivered', attempts: [{ error: 'dropped' }, { status: 204 }] },
    ]);
    expect(report()).toMatchObject({ deliveries: 2, answered: 1, failed: 0, dropped: { dropped: 1, cameAgain: 1 } });
  });
});
