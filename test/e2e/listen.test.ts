import { hostname } from 'node:os';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { TriggeredEvent } from '../../src/api/contract.js';
import { Home } from '../helpers/home.js';
import { startReceivingApp, verified } from '../helpers/receiving-app.js';

const home = new Home(afterAll);

beforeAll(async () => {
  await home.serve();
});

/** A listener under a name of its own, once it is ready. */
async function listener(name: string, target: string, ...args: string[]) {
  const listen = home.start(['listen', '--forward-to', target, '--name', name, ...args]);
  onTestFinished(async () => {
    await listen.stop('SIGTERM');
  });
  await listen.line(/^Ready\./, 'stderr');
  return listen;
}

const trigger = (type: string, ...args: string[]) => home.json<TriggeredEvent>(['events', 'trigger', type, ...args]);
const asDana = ['--set', 'subscription.subscriberEmail=dana@example.com'];

test('tells of each event and of each answer in a line, with the e-mail address masked', async () => {
  const app = await startReceivingApp(onTestFinished);
  const listen = await listener('laptop', `localhost:${app.port}/hooks`);

  await trigger('subscribe', ...asDana);

  const ntf = String.raw`ntf_\w{26}`;
  const time = String.raw`\d\d:\d\d:\d\d`;
  await listen.line(
    new RegExp(`^${time} {2}→ Subscribe {5}My Sports Calendar {2}d•••@example\\.com {2}sig ✓ {2}${ntf}$`),
  );
  await listen.line(new RegExp(`^${time} {2}← 200 {2}\\d+ ms {3}POST http://localhost:${app.port}/hooks {2}${ntf}$`));
  expect(listen.stdout()).not.toContain('dana@');
  expect(listen.stderr()).toContain('Listener “laptop” takes every type.');
});

test('--reveal shows the e-mail address as it is', async () => {
  const app = await startReceivingApp(onTestFinished);
  const listen = await listener('revealing', String(app.port), '--reveal');

  await trigger('subscribe', ...asDana);

  await listen.line(/→ Subscribe .* dana@example\.com /);
});

test('shows an answer that is a failure, and why there was none', async () => {
  const answers = [500, 'nothing'] as const;
  let count = 0;
  const app = await startReceivingApp(onTestFinished, { answer: () => answers[count++] ?? 200 });
  const listen = await listener('failing', String(app.port), '--timeout', '1');

  await trigger('subscribe');
  await listen.line(/ {2}← 500 {2}\d+ ms/);
  await trigger('subscribe');
  await listen.line(/ {2}✗ no answer in time {2}1\.\d s {3}POST /);
});

test('takes only the types it was told to, adds headers, and shows the secret that verifies signatures', async () => {
  const app = await startReceivingApp(onTestFinished);
  const only = ['--events', 'unsubscribe,test', '--header', 'X-Team: crm', '--print-secret'];
  const listen = await listener('choosy', String(app.port), ...only);
  const [, secret = ''] = /: (whsec_\S+)$/.exec(await listen.line(/^Signing secret: /, 'stderr')) ?? [];

  await trigger('subscribe');
  const { event } = await trigger('unsubscribe');

  const [request] = await app.arrived(1);
  if (!request) throw new Error('nothing arrived');
  expect(request.headers).toMatchObject({ 'x-team': 'crm', 'calreply-event-type': 'Unsubscribe' });
  expect(verified(secret, request)).toEqual(event);
  expect(listen.stderr()).toContain('takes Unsubscribe, Test.');
});

test('^C ends it with 130 and a sentence on what becomes of its place', async () => {
  const app = await startReceivingApp(onTestFinished);
  const listen = home.start(['listen', '--forward-to', String(app.port)]);
  await listen.line(/^Ready\./, 'stderr');

  const { exitCode, stdout, stderr } = await listen.stop('SIGINT');

  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
  const name = hostname().replace(/[^A-Za-z0-9._-]/g, '-');
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(
    `Stopped. Listener “${name}” keeps its place: what happens now is delivered when it is back.`,
  );
});

test('what happens while it is away is delivered when it is back under its name', async () => {
  const app = await startReceivingApp(onTestFinished);
  const away = await listener('traveller', String(app.port));
  expect((await away.stop('SIGTERM')).exitCode).toBe(143);
  const { event } = await trigger('subscribe');

  await listener('traveller', String(app.port));

  const [request] = await app.arrived(1);
  expect(request?.headers['webhook-id']).toBe(event.eventId);
});
