import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ListenEvent } from '../../src/tunnel/listening.js';
import { FakeClock } from '../helpers/fake-clock.js';
import { finished } from '../helpers/history.js';
import { startHttpProxy } from '../helpers/http-proxy.js';
import { openListener, startListener, type TestListener, type TestListenerOptions } from '../helpers/listener.js';
import { startReceiver, type Receiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.js';

let service: TestService;
let network: TcpProxy;
let app: Receiver;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

beforeEach(async () => {
  network = await startTcpProxy(service.url);
  app = await startReceiver();
});

let names = 0;
const newName = () => `laptop-${(names += 1)}`;

/** A listener of a name of its own, whose tunnel goes through the network that can be broken. */
const listen = (link: TestListenerOptions['link'] = {}) =>
  startListener(service, { name: newName(), target: app.url, through: (url) => network.through(url), link });

/** Brings one event to the listener's app, or fails. */
async function deliver({ opened }: TestListener): Promise<void> {
  const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [opened.webhookId] });
  expect(await finished(service.api, { event: event.eventId })).toMatchObject([{ status: 'delivered' }]);
}

/** The last event of this kind. */
function last<Kind extends ListenEvent['kind']>({ events }: TestListener, kind: Kind) {
  return events.filter((event): event is Extract<ListenEvent, { kind: Kind }> => event.kind === kind).at(-1);
}

describe('a link that looks open, but on which nothing comes any more', () => {
  test('is noticed 12 seconds after what was heard last, and made anew', async () => {
    const clock = new FakeClock();
    const listener = await listen({ clock });
    network.swallowFromService();
    await clock.advance(11_999);
    expect(last(listener, 'reconnecting')).toBeUndefined();
    await clock.advance(1);
    await listener.saw('reconnecting');
    expect(last(listener, 'reconnecting')).toMatchObject({
      reason: 'nothing was heard for 12 s',
      attempt: 1,
      awayMs: 12_000,
    });

    await clock.advance(1_000);
    await listener.saw('connected', 2);
    await deliver(listener);
  });

  test('is noticed by the date when this machine slept, and the whole sleep counts', async () => {
    const clock = new FakeClock();
    const listener = await listen({ clock });
    network.swallowFromService();
    clock.jump(14 * 60_000);
    await clock.advance(5_000);
    await listener.saw('reconnecting');
    await clock.advance(1_000);
    await listener.saw('connected', 2);

    const { awayMs } = last(listener, 'connected') ?? {};
    expect(awayMs).toBeGreaterThanOrEqual(14 * 60_000 + 5_000);
    expect(awayMs).toBeLessThanOrEqual(14 * 60_000 + 6_000);
  });
});

test('a break is counted from its moment, not from what was heard before it', async () => {
  const clock = new FakeClock();
  const listener = await listen({ clock, random: () => 0 });
  await clock.advance(4_000);
  network.cut();
  await listener.saw('reconnecting');
  expect(last(listener, 'reconnecting')).toMatchObject({ awayMs: 0, attempt: 1, inMs: 500 });
  await clock.advance(500);
  await listener.saw('connected', 2);
  expect(last(listener, 'connected')).toMatchObject({ again: true, awayMs: 500 });
});

test('a service that is away is tried again for ever, at growing intervals, and each try is told', async () => {
  const clock = new FakeClock();
  const listener = await listen({ clock, random: () => 0 });
  await service.stop(0);
  for (let tries = 1; tries <= 8; tries += 1) {
    await listener.saw('reconnecting', tries);
    await clock.advance(10_000);
  }

  await listener.saw('reconnecting', 9);
  const waits = listener.events.flatMap((event) =>
    event.kind === 'reconnecting' ? [[event.attempt, event.inMs]] : [],
  );
  expect(waits.slice(0, 7)).toEqual([
    [1, 500],
    [2, 1_000],
    [3, 2_000],
    [4, 4_000],
    [5, 5_000],
    [6, 5_000],
    [7, 5_000],
  ]);
  await service.start();
  await clock.advance(10_000);
  await listener.saw('connected', 2);
  expect(last(listener, 'connected')?.awayMs).toBeGreaterThanOrEqual(80_000);
});

describe('a tunnel through a proxy', () => {
  const listenThrough = (proxy: URL) => {
    const name = newName();
    const open = async () => ({ ...(await service.api.tunnelOf({ name })), proxy });
    return openListener(service, { name, target: app.url, link: { open } });
  };

  test('brings what it brings without one, also where the proxy wants a login', async () => {
    const { host } = new URL(service.url);
    const proxy = await startHttpProxy(onTestFinished, { login: 'me:p@ss' });
    const listener = await listenThrough(new URL(proxy.url.replace('//', '//me:p%40ss@')));
    await listener.saw('connected');
    await deliver(listener);
    expect(proxy.asked).toEqual([host]);

    proxy.cut();
    await listener.saw('connected', 2);
    expect(proxy.asked).toEqual([host, host]);
  });

  test('that refuses is named without its password, and tried again', async () => {
    const { host } = new URL(service.url);
    const proxy = await startHttpProxy(onTestFinished, { login: 'me:right' });
    const listener = await listenThrough(new URL(proxy.url.replace('//', '//me:hunter2@')));
    await listener.saw('reconnecting', 2);
    expect(last(listener, 'reconnecting')?.reason).toBe(
      `The proxy ${proxy.url} gives no way to ${host}: it answers 407 Proxy Authentication Required.`,
    );
  });
});

test('a listener ends within a second, though the link on which it says so is long dead', async () => {
  const listener = await listen();
  network.swallowFromClient();
  network.swallowFromService();
  const startedAt = Date.now();
  await listener.stop(0);
  expect(Date.now() - startedAt).toBeLessThan(3_000);
});
