import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import { OperatorClient } from '../../src/api/operator-client.js';
import { bareClient } from '../helpers/bare-client.js';
import { FakeClock } from '../helpers/fake-clock.js';
import { startListener, type TestListener, type TestListenerOptions } from '../helpers/listener.js';
import { startReceiver, startSlowReceiver, type Receiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { startTcpProxy } from '../helpers/tcp-proxy.js';
import { triggerEach } from '../helpers/trigger-each.js';
import { waitUntil } from '../helpers/wait-until.js';

const KEY = 'operator_0123456789abcdefghijklmnopqrstuvwxyz';
let service: TestService;
let app: Receiver;

beforeAll(async () => {
  service = await startTestService({ operatorKey: KEY });
  return () => service.end();
});

beforeEach(async () => {
  app = await startReceiver();
});

const listen = (name: string, options: Omit<TestListenerOptions, 'target'> = {}) =>
  startListener(service, { name, target: app.url, ...options });
const kinds = ({ events }: TestListener) => events.map(({ kind }) => kind);

const send = (count: number, { opened }: TestListener) => triggerEach(service.api, opened.webhookId, count);

/** Brings one event to the listener, over the link that is up. */
async function deliver(listener: TestListener): Promise<void> {
  const before = kinds(listener).filter((kind) => kind === 'forwarded').length;
  await send(1, listener);
  await listener.saw('forwarded', before + 1);
}

test('a login is renewed in place again and again, on one link, and nothing is shown of it', async () => {
  const clock = new FakeClock();
  const tokens: string[] = [];
  const renew = async () => {
    tokens.push(await service.api.renewedAccessToken());
    return tokens.at(-1) ?? '';
  };
  const listener = await listen('renewing', { link: { clock, renew } });
  // A login holds for five minutes. Something has to be heard while they pass.
  let passed = 0;
  for (; tokens.length < 2 && passed < 1_200_000; passed += 10_000) {
    await clock.advance(10_000);
    await deliver(listener);
  }

  expect(passed).toBeGreaterThanOrEqual(450_000);
  expect(new Set(tokens).size).toBe(2);
  expect(new Set(kinds(listener))).toEqual(new Set(['connected', 'delivery', 'forwarded']));
  expect(kinds(listener).filter((kind) => kind === 'connected')).toHaveLength(1);
});

describe('a listener whose credentials are replaced', () => {
  const operator = () => new OperatorClient({ apiUrl: service.url, key: KEY, userAgent: 'test' });
  const rotate = () => operator().rotateCredentials(service.stranger.account.code, { now: true });
  const clientOf = ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) =>
    new ApiClient({ apiUrl: service.url, clientId, clientSecret, userAgent: 'test' });
  const revoked = { code: 'InvalidCredentials', exitCode: 3, message: expect.stringContaining('was revoked') };
  let api: ApiClient;

  beforeEach(async () => {
    api = clientOf(await rotate());
  });

  /** One of the second account, by what `logIn` logs in with. */
  const listenAs = (name: string, logIn: () => ApiClient, options: Omit<TestListenerOptions, 'target'> = {}) =>
    startListener(
      { ...service, api },
      { name, target: app.url, ...options, link: { open: () => logIn().tunnelOf({ name }), ...options.link } },
    );

  test('ends, since there is no login any more', async () => {
    const listener = await listenAs('revoked', () => api);
    await rotate();
    await expect(listener.ended).rejects.toMatchObject(revoked);
  });

  test('comes back at once where it logs in by the new ones', async () => {
    let current = api;
    const clock = new FakeClock();
    const listener = await listenAs('careful', () => current, { link: { clock } });
    const next = await rotate();
    current = clientOf(next);
    await listener.saw('reconnecting');
    expect(listener.events.at(-1)).toMatchObject({ inMs: 0, reason: 'Its credentials were replaced.' });
    await clock.advance(0);
    await listener.saw('connected', 2);
  });

  test('while it slept ends as it wakes up', async () => {
    const clock = new FakeClock();
    const network = await startTcpProxy(service.url);
    const name = 'asleep';
    const open = async () => {
      const address = await api.tunnelOf({ name });
      return { ...address, tunnelUrl: network.through(address.tunnelUrl) };
    };
    const listener = await listenAs(name, () => api, { link: { clock, open } });
    network.swallowFromService();
    await rotate();
    clock.jump(14 * 60_000);
    await clock.advance(5_000);
    await listener.saw('reconnecting');
    expect(listener.events.at(-1)).toMatchObject({ reason: 'nothing was heard for 12 s' });
    await clock.advance(1_000);
    await expect(listener.ended).rejects.toMatchObject(revoked);
  });
});

describe('a listener that takes over', () => {
  test('gets what the one before did not, and that one is told by whom', async () => {
    const first = await listen('shared', { client: 'calreply/1 on desk' });
    await deliver(first);
    const second = await listen('shared', { client: 'calreply/2 on laptop', link: { takeover: true } });
    await expect(first.ended).rejects.toMatchObject({
      code: 'TunnelLost',
      exitCode: 7,
      message: '“shared” was taken over by calreply/2 on laptop.',
      hint: expect.stringContaining('--takeover'),
    });
    await deliver(second);
    expect(kinds(first)).not.toContain('reconnecting');
  });

  test('does not take it back after a break from one that took it since', async () => {
    const clock = new FakeClock();
    const network = await startTcpProxy(service.url);
    const through = (url: string) => network.through(url);
    const second = await listen('fought-over', { through, link: { takeover: true, clock } });
    network.cut();
    await second.saw('reconnecting');
    const third = await listen('fought-over', { client: 'calreply/3 on phone', link: { takeover: true } });
    await clock.advance(1_000);
    await expect(second.ended).rejects.toMatchObject({
      code: 'TunnelLost',
      message: '“fought-over” is held by calreply/3 on phone.',
      hint: expect.stringContaining('--takeover'),
    });
    await deliver(third);
  });
});

describe('what waited', () => {
  test('is told to a listener that starts, with the time for which nobody listened', async () => {
    const before = await listen('away');
    await before.stop(0);
    await send(3, before);

    const after = await listen('away');
    expect(after.events[0]).toEqual({ kind: 'connected', again: false, missed: 3, awayMs: expect.any(Number) });
    await after.saw('forwarded', 3);
  });

  test('is nothing for a listener that is new', async () => {
    const { events } = await listen('new');
    expect(events).toEqual([{ kind: 'connected', again: false, missed: 0, awayMs: null }]);
  });

  test('is told after a break, by the time that the listener itself was away', async () => {
    const clock = new FakeClock();
    const network = await startTcpProxy(service.url);
    const listener = await listen('broken', { through: (url) => network.through(url), link: { clock } });
    network.cut();
    await listener.saw('reconnecting');
    await send(1, listener);
    await clock.advance(1_000);
    await listener.saw('forwarded');
    const back = listener.events.filter(({ kind }) => kind === 'connected').at(-1);
    expect(back).toMatchObject({ again: true, missed: 1, awayMs: expect.any(Number) });
  });
});

test('a listener that wants one at a time gets each after the one before has ended', async () => {
  const { slow, finish } = await startSlowReceiver();
  const listener = await startListener(service, { name: 'strict', target: slow.url, link: { order: 'listener' } });
  const sent = await send(3, listener);

  for (let place = 1; place <= 3; place += 1) {
    await waitUntil(`number ${place} arrived`, () => slow.requests.length === place);
    expect(finish).toHaveLength(1);
    finish.pop()?.();
  }

  await listener.saw('forwarded', 3);
  expect(slow.eventIds()).toEqual(sent);
});

test('an app that may have two at a time gets no more, and the next two are at hand', async () => {
  const { slow, finish } = await startSlowReceiver();
  const listener = await startListener(service, { name: 'narrow', target: slow.url, link: { concurrency: 2 } });
  await send(6, listener);

  await waitUntil('two arrived', () => finish.length === 2);
  await listener.saw('delivery', 4);
  expect(listener.events.filter(({ kind }) => kind === 'delivery')).toHaveLength(4);
  expect(slow.requests).toHaveLength(2);
  finish.shift()?.();
  await waitUntil('a third arrived', () => slow.requests.length === 3);
  expect(finish).toHaveLength(2);
});

test('what is at hand for a busy app when a listener stops is given back, and costs no attempt', async () => {
  const { slow, finish } = await startSlowReceiver();
  const listener = await startListener(service, { name: 'stopping', target: slow.url, link: { concurrency: 1 } });
  await send(2, listener);

  await listener.saw('delivery', 2);
  const stopped = listener.stop(5_000);
  finish.shift()?.();
  await stopped;
  expect(slow.requests).toHaveLength(1);

  const back = await startListener(service, { name: 'stopping', target: slow.url });
  await waitUntil('the other arrived', () => slow.requests.length === 2);
  finish.shift()?.();
  await back.saw('forwarded');
  const again = back.events.flatMap((event) => (event.kind === 'delivery' ? [event.delivery.attempt] : []));
  expect(again).toEqual([1]);
});

test.each([
  ['subscription', 'are passed over', 'Test'],
  ['listener', 'have their turn all the same', 'Subscribe'],
] as const)('with order by %s types that are busy %s', async (order, _, first) => {
  const client = await bareClient(service, `busy-${order}`, { order });
  const trigger = (eventType: 'Subscribe' | 'Test') => service.api.triggerEvent({ eventType, to: [client.webhookId] });
  client.send({ type: 'busy', types: ['Subscribe', 'A type of tomorrow'] });
  // What is asked after it was read is answered after it was heeded.
  client.send({ type: 'ping' });
  await waitUntil('it was read', () => client.messages.some(({ type }) => type === 'pong'));
  await trigger('Subscribe');
  await trigger('Test');
  await client.got(1);
  expect(client.deliveries.map(({ event }) => event.type)).toEqual([first]);

  client.handle(0);
  client.send({ type: 'busy', types: [] });
  await client.got(2);
  expect(client.deliveries.map(({ event }) => event.type).toSorted()).toEqual(['Subscribe', 'Test']);
});
