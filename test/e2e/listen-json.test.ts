import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { TriggeredEvent } from '../../src/api/contract.js';
import type { ListenJson, ReadyJson } from '../../src/cli/output/listen-json.js';
import { jsonLines } from '../helpers/cli.js';
import { Home } from '../helpers/home.js';
import { closedPort, startReceivingApp, verified } from '../helpers/receiving-app.js';

type Line<Type extends ListenJson['type']> = Extract<ListenJson, { type: Type }>;

const machine = new Home(afterAll);

beforeAll(async () => {
  await machine.serve();
});

/** A listener with --json under a name of its own, once it is ready. */
async function listener(home: Home, name: string, port: number, ...flags: string[]) {
  const listen = home.start(['listen', '--forward-to', `${port}/hooks`, '--name', name, '--json', ...flags]);
  const ready = await listen.jsonLine<ReadyJson>('ready');
  onTestFinished(async () => {
    await listen.stop('SIGTERM');
  });
  return { listen, ready };
}

const trigger = (home: Home, to: ReadyJson) =>
  home.json<TriggeredEvent>(['events', 'trigger', 'subscribe', '--to', to.listener.webhookId]);

test('prints one JSON object a line and nothing else, from ready to closed', async () => {
  const app = await startReceivingApp(onTestFinished);
  const { listen, ready } = await listener(machine, 'script', app.port, '--print-secret');
  const { event } = await trigger(machine, ready);
  await listen.jsonLine('forwarded');

  const { exitCode, stdout, stderr } = await listen.stop('SIGINT');

  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' });
  const lines = jsonLines<ListenJson>(stdout);
  expect(lines.map(({ type }) => type)).toEqual(['ready', 'connected', 'event', 'forwarded', 'report', 'closed']);
  const [request] = app.received;
  expect(request && verified(ready.secret ?? '', request)).toEqual(event);
  expect(ready).toMatchObject({ account: 'your-account', forwardTo: `http://localhost:${app.port}/hooks` });
  const [, connected, arrived, forwarded] = lines as [ReadyJson, Line<'connected'>, Line<'event'>, Line<'forwarded'>];
  expect(connected).toMatchObject({ again: false });
  expect(arrived).toMatchObject({ eventType: 'Subscribe', event, attempt: 1, method: 'POST' });
  expect(Buffer.from(arrived.bodyBase64, 'base64').toString()).toBe(app.received[0]?.body);
  expect(forwarded).toMatchObject({ notification: arrived.notification, status: 200, error: null });
});

describe('the public inbox', () => {
  test('brings whatever is POSTed there to the local app byte for byte, with its path, query and headers', async () => {
    const app = await startReceivingApp(onTestFinished);
    const { listen, ready } = await listener(machine, 'inbox', app.port);
    expect(ready.secret).toBeNull();

    const answer = await fetch(`${ready.inboxUrl}/orders/7?a=1&a=%20b`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/weird; x=1', 'X-Signature': 'v1,abc' },
      body: '{"not": "re-serialised" ,}\r\n',
    });

    expect(answer.status).toBe(200);
    const [request] = await app.arrived(1);
    expect(request).toMatchObject({
      method: 'POST',
      url: '/hooks/orders/7?a=1&a=%20b',
      headers: { 'content-type': 'text/weird; x=1', 'x-signature': 'v1,abc' },
      body: '{"not": "re-serialised" ,}\r\n',
    });
    expect(await listen.jsonLine<Line<'event'>>('event')).toMatchObject({ eventType: 'Inbox', event: null });
  });

  test('knows an Event Object that CalReply sends', async () => {
    const app = await startReceivingApp(onTestFinished);
    const { listen, ready } = await listener(machine, 'merchant-centre', app.port);
    const event = { eventId: 'e1', eventType: 'Unsubscribe', eventDetails: { accountCode: 'theirs' } };

    await fetch(ready.inboxUrl, { method: 'POST', body: JSON.stringify(event) });

    expect(await listen.jsonLine<Line<'event'>>('event')).toMatchObject({ eventType: 'Unsubscribe', event });
  });

  test('is not there for a name that nobody has', async () => {
    const { ready } = await listener(machine, 'known', await closedPort());

    const answer = await fetch(`${ready.inboxUrl}x`, { method: 'POST', body: 'hello' });

    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ Code: 'NotFound' });
  });
});

test('holds what comes in while the local app is down, and brings it when the app starts later', async () => {
  const port = await closedPort();
  const { listen, ready } = await listener(machine, 'early', port);
  const sent = [await trigger(machine, ready), await trigger(machine, ready)].map(({ event }) => event.eventId);
  await listen.jsonLine<Line<'holding'>>('holding');

  const app = await startReceivingApp(onTestFinished, { port });

  const arrived = await app.arrived(2);
  expect(arrived.map(({ headers }) => headers['webhook-id']).sort()).toEqual(sent.sort());
  expect(arrived.map(({ headers }) => headers['calreply-attempt'])).toEqual(['1', '1']);
  expect(await listen.jsonLine('resumed')).toMatchObject({ target: `http://localhost:${port}/hooks`, waiting: 2 });
});

test('reconnects by itself when the service is killed and starts again', async () => {
  const home = new Home(onTestFinished);
  const service = await home.serve();
  const app = await startReceivingApp(onTestFinished);
  const { listen, ready } = await listener(home, 'patient', app.port);

  await service.stop('SIGKILL');
  expect(await listen.jsonLine('reconnecting')).toMatchObject({ inMs: expect.any(Number), reason: expect.any(String) });
  await home.serve({ port: new URL(service.serving.url).port });

  const back = await listen.jsonLine<Line<'connected'>>('connected', ({ again }) => again);
  expect(back.awayMs).toBeGreaterThan(0);
  const { event } = await trigger(home, ready);
  const [request] = await app.arrived(1);
  expect(request?.headers['webhook-id']).toBe(event.eventId);
});

test('ends with 7 and an error in one line when its listener is taken off', async () => {
  const { listen, ready } = await listener(machine, 'unwanted', await closedPort());

  await machine.json(['webhooks', 'remove', ready.listener.webhookId, '--yes']);

  const { exitCode, stdout } = await listen.ended;
  expect(exitCode).toBe(7);
  expect(jsonLines(stdout).at(-1)).toEqual({
    error: { code: 'TunnelLost', reason: 'This listener was taken off.', hint: expect.any(String) },
  });
});
