import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { exchange } from '../helpers/exchange.js';
import { finished } from '../helpers/history.js';
import { startListener, type TestListener } from '../helpers/listener.js';
import { startReceiver, type Receiver, type ReceiverOptions } from '../helpers/receiver.js';
import { CALENDAR, startTestService, type TestService } from '../helpers/service.js';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;
let network: TcpProxy;

beforeEach(async () => {
  service = await startTestService();
  onTestFinished(() => service.end());
  network = await startTcpProxy(service.url);
});

interface Listening {
  readonly app: Receiver;
  readonly listener: TestListener;
  readonly webhookId: string;
}

/** A listener whose tunnel goes through the network that can be broken, with its local app. */
async function listen(answer?: ReceiverOptions['answer']): Promise<Listening> {
  const app = await startReceiver({ answer });
  const listener = await startListener(service, { target: app.url, through: (url) => network.through(url) });
  return { app, listener, webhookId: listener.opened.webhookId };
}

async function trigger(count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) ids.push((await service.api.triggerEvent({ eventType: 'Test' })).event.eventId);
  return ids;
}

const deliveries = ({ events }: TestListener) =>
  events.flatMap((event) => (event.kind === 'delivery' ? [event.delivery.event.id] : []));

test('a link that is cut again and again under load loses nothing and forwards nothing twice', async () => {
  const { app, listener, webhookId } = await listen();
  const sent: string[] = [];
  for (let round = 1; round <= 3; round += 1) {
    const calls = Array.from({ length: 40 }, (_, i) =>
      service.api.subscribe('your-account', CALENDAR, { userName: `user-${round}-${i}` }),
    );
    await waitUntil('some arrived', () => app.requests.length > sent.length + 5);
    network.cut();
    sent.push(...(await Promise.all(calls)).map(({ subscriptionId }) => subscriptionId));
    await listener.saw('connected', round + 1);
  }

  await finished(service.api, { webhook: webhookId, status: 'delivered' }, sent.length);
  const bodies = app.requests.map(({ body }) => body.toString());
  const received = bodies.map((body) => /"calendarSubscriptionId":"([^"]+)"/.exec(body)?.[1] ?? '');
  expect(received.toSorted()).toEqual(sent.toSorted());
});

test('what the local app was busy with when the link broke is not forwarded again', async () => {
  const finish: (() => void)[] = [];
  const { app, listener } = await listen((answer) => finish.push(() => answer.writeHead(200).end('late')));
  const [eventId] = await trigger(1);
  await waitUntil('the local app is busy', () => finish.length === 1);
  network.cut();
  await listener.saw('connected', 2);
  finish[0]?.();

  expect(await finished(service.api, { event: eventId })).toMatchObject([
    { status: 'delivered', attemptCount: 1, attempts: [{ number: 1, status: 200, answer: 'late' }] },
  ]);
  expect(app.requests).toHaveLength(1);
});

test('what was handled while the link was down is not forwarded again', async () => {
  const finish: (() => void)[] = [];
  const { app, listener } = await listen((answer) => finish.push(() => answer.writeHead(201).end()));
  const [eventId] = await trigger(1);
  await waitUntil('the local app is busy', () => finish.length === 1);
  network.cut();
  await listener.saw('reconnecting');
  finish[0]?.();
  await listener.saw('forwarded');

  expect(await finished(service.api, { event: eventId })).toMatchObject([{ status: 'delivered', lastStatus: 201 }]);
  expect(app.requests).toHaveLength(1);
});

test('what was handled, but whose acknowledgement was lost on its way, is not forwarded again', async () => {
  const { app, listener } = await listen();
  network.swallowFromClient();
  const [eventId] = await trigger(1);
  await listener.saw('forwarded');
  network.cut();
  await listener.saw('connected', 2);

  expect(await finished(service.api, { event: eventId })).toMatchObject([{ status: 'delivered', attemptCount: 1 }]);
  expect(app.requests).toHaveLength(1);
});

test('what a broken link had on its way comes first when it is back, in order', async () => {
  const finish: (() => void)[] = [];
  const { app, listener } = await listen((answer) => finish.push(() => answer.writeHead(200).end()));
  await listener.stop(0);
  const sent = await trigger(70);
  // No more than 32 are at the app at once, and as many at hand; the others wait at the service.
  const second = await startListener(service, { target: app.url });
  await waitUntil('the link is full', () => finish.length === 32);
  await second.stop(0);
  const third = await startListener(service, { target: app.url });
  await waitUntil('the link is full again', () => deliveries(third).length === 64);
  expect(deliveries(third)).toEqual(sent.slice(0, 64));

  await waitUntil('everything arrived', () => {
    while (finish.length > 0) finish.pop()?.();
    return deliveries(third).length === 70;
  });
  expect(deliveries(third)).toEqual(sent);
});

test('a service that restarts finds its listener again and sends what it missed, in order', async () => {
  const { app, listener, webhookId } = await listen();
  const before = await trigger(3);
  await finished(service.api, { webhook: webhookId }, 3);
  await service.stop();
  await listener.saw('reconnecting');
  expect(listener.events.at(-1)).toMatchObject({ kind: 'reconnecting', reason: 'The service is stopping.' });

  await service.start();
  const missed = await trigger(3);
  const during = await exchange(listener.opened.inboxUrl, { method: 'POST', body: 'from outside' });
  const { eventId } = during.json as { eventId: string };
  await listener.saw('connected', 2);
  await finished(service.api, { webhook: webhookId }, 7);

  expect(deliveries(listener)).toEqual([...before, ...missed, eventId]);
  expect(app.requests).toHaveLength(7);
  expect(listener.events.filter(({ kind }) => kind === 'connected')).toMatchObject([
    { kind: 'connected', again: false },
    { kind: 'connected', again: true },
  ]);
});

test('a service that stops while a delivery is at the local app records it once, after it is back', async () => {
  const finish: (() => void)[] = [];
  const { app, listener } = await listen((answer) => finish.push(() => answer.writeHead(200).end()));
  const [eventId] = await trigger(1);
  await waitUntil('the local app is busy', () => finish.length === 1);
  await service.stop(0);
  await service.start();
  await listener.saw('connected', 2);
  finish[0]?.();
  expect(await finished(service.api, { event: eventId })).toMatchObject([{ status: 'delivered', attemptCount: 1 }]);
  expect(app.requests).toHaveLength(1);
});
