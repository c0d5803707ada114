import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { CreatedWebhook, NotificationPage, TriggeredEvent } from '../../src/api/contract.js';
import type { TailJson } from '../../src/cli/output/tail.js';
import { jsonLines } from '../helpers/cli.js';
import { eventually } from '../helpers/eventually.js';
import { failure } from '../helpers/failure.js';
import { Home, type Serving } from '../helpers/home.js';
import { startHttpProxy } from '../helpers/http-proxy.js';
import { closedPort, startReceivingApp } from '../helpers/receiving-app.js';

type Line<Type extends TailJson['type']> = Extract<TailJson, { type: Type }>;

const machine = new Home(afterAll);
let service: Serving;
let up: CreatedWebhook;
let down: CreatedWebhook;

beforeAll(async () => {
  service = (await machine.serve()).serving;
  const app = await startReceivingApp(afterAll);
  up = await machine.json<CreatedWebhook>(['webhooks', 'add', app.url]);
  const closed = `http://127.0.0.1:${await closedPort()}/hooks`;
  down = await machine.json<CreatedWebhook>(['webhooks', 'add', closed]);
});

const trigger = (home: Home, ...args: string[]) => home.json<TriggeredEvent>(['events', 'trigger', ...args]);

test('shows a person a line for each notification and each attempt, and how it goes on after a failure', async () => {
  const tail = machine.start(['notifications', 'tail']);
  await tail.line(/^Watching http:\/\/127\.0\.0\.1:\d+ · \^C to quit$/, 'stderr');
  const { notifications } = await trigger(machine, 'subscribe');
  const idOf = (url: string) => notifications.find(({ webhookUrl }) => webhookUrl === url)?.id;
  await tail.line(/✗/);
  await tail.line(/←/);

  const { exitCode, stdout, stderr } = await tail.stop('SIGINT');

  expect(exitCode).toBe(130);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  const lines = stdout.trimEnd().split('\n').map(comparable);
  expect(lines.toSorted()).toEqual(
    [
      `→ | Subscribe | ${up.url} | ${idOf(up.url)}`,
      `→ | Subscribe | ${down.url} | ${idOf(down.url)}`,
      `← 200 | N ms | Subscribe | ${up.url} | ${idOf(up.url)}`,
      `✗ the connection was refused | Subscribe | ${down.url} | ${idOf(down.url)} | next try in N s`,
    ].toSorted(),
  );
});

/** A line without its times, and its columns set apart. */
function comparable(line: string): string {
  return line
    .replace(/^\d\d:\d\d:\d\d {2}/, '')
    .replace(/\d+(?= m?s\b)/, 'N')
    .replace(/ {2,}/g, ' | ');
}

test('prints one JSON object a line and nothing else, from ready to closed', async () => {
  const tail = machine.start(['notifications', 'tail', '--webhook', up.id, '--json']);
  await tail.jsonLine('ready');
  const { event } = await trigger(machine, 'test', '--to', up.id);
  await tail.jsonLine('attempt');

  const { exitCode, stdout, stderr } = await tail.stop('SIGTERM');

  expect({ exitCode, stderr }).toEqual({ exitCode: 143, stderr: '' });
  const lines = jsonLines<TailJson>(stdout);
  expect(lines.map(({ type }) => type)).toEqual(['ready', 'notification', 'attempt', 'closed']);
  expect(lines[2]).toMatchObject({
    notification: { eventId: event.eventId, status: 'delivered', webhookId: up.id },
    attempt: { number: 1, status: 200 },
  });
});

test('first shows what was since a time, narrowed by what a line tells of', async () => {
  const { event } = await trigger(machine, 'unsubscribe');
  const tail = machine.start([
    ...['notifications', 'tail', '--since', '10m', '--type', 'unsubscribe', '--status', 'delivered', '--json'],
  ]);
  const { notification, attempt } = await tail.jsonLine<Line<'attempt'>>(
    'attempt',
    (line) => line.notification.eventId === event.eventId,
  );
  expect([notification.webhookId, attempt.status]).toEqual([up.id, 200]);
  const { stdout } = await tail.stop('SIGINT');
  const others = jsonLines<TailJson>(stdout).filter(({ type }) => type === 'notification');
  expect(others).toEqual([]);
});

test('says it when the service is killed and back, misses nothing and tells nothing twice', async () => {
  const home = new Home(onTestFinished);
  const service = await home.serve();
  const app = await startReceivingApp(onTestFinished);
  await home.json(['webhooks', 'add', app.url]);
  const tail = home.start(['notifications', 'tail', '--json']);
  const forPerson = home.start(['notifications', 'tail', '--status', 'failed']);
  await tail.jsonLine('ready');
  await forPerson.line(/^Watching/, 'stderr');
  await Promise.all(['subscribe', 'unsubscribe', 'test'].map((type) => trigger(home, type)));

  await service.stop('SIGKILL');
  const broken = await tail.jsonLine<Line<'reconnecting'>>('reconnecting');
  expect(broken).toMatchObject({ inMs: expect.any(Number), reason: expect.stringMatching(/\.$/) });
  await home.serve({ port: new URL(service.serving.url).port });
  await Promise.all(['subscribe', 'unsubscribe', 'test'].map((type) => trigger(home, type)));
  await tail.jsonLine('connected');

  const told = () =>
    jsonLines<TailJson>(tail.stdout()).flatMap((line) => {
      if (line.type === 'notification') return [line.notification.id];
      return line.type === 'attempt' ? [`${line.notification.id} ${line.attempt.number}`] : [];
    });
  await eventually(
    () => `12 entries, not ${told().length}`,
    () => told().length >= 12,
  );
  const { notifications } = await home.json<NotificationPage>(['notifications', 'list', '--limit', '1000']);
  expect(told().toSorted()).toEqual(notifications.flatMap(({ id }) => [id, `${id} 1`]).toSorted());

  await forPerson.line(/↺ The link to the service broke\. Trying again in \d\.\d s\.$/, 'stderr');
  await forPerson.line(/↺ Connected again\. What was missed comes now\.$/, 'stderr');
  expect((await forPerson.stop('SIGINT')).stdout).toBe('');
});

test('goes through the proxy that HTTP_PROXY names, and comes back through it', async () => {
  const proxy = await startHttpProxy(onTestFinished);
  const env = { HTTP_PROXY: proxy.url };
  const tail = machine.start(['notifications', 'tail', '--webhook', up.id, '--json'], { env });
  await tail.jsonLine('ready');
  const { event } = await trigger(machine, 'test', '--to', up.id);
  await tail.jsonLine<Line<'attempt'>>('attempt', ({ notification }) => notification.eventId === event.eventId);
  proxy.cut();
  await tail.jsonLine('reconnecting');
  const { event: missed } = await trigger(machine, 'test', '--to', up.id);
  await tail.jsonLine<Line<'attempt'>>('attempt', ({ notification }) => notification.eventId === missed.eventId);

  expect((await tail.stop('SIGINT')).exitCode).toBe(130);
  expect(new Set(proxy.asked)).toEqual(new Set([new URL(service.url).host]));
});

test('refuses a type or a time that is none, and a service that is not there', async () => {
  expect(await failure(machine, ['notifications', 'tail', '--type', 'nonsense'])).toMatchObject({
    exitCode: 2,
    code: 'UnknownEventType',
  });
  expect(await failure(machine, ['notifications', 'tail', '--since', 'yesterday'])).toMatchObject({ exitCode: 2 });
  const env = {
    CALREPLY_API_URL: `http://127.0.0.1:${await closedPort()}`,
    CALREPLY_CLIENT_ID: 'client_1',
    CALREPLY_CLIENT_SECRET: 'secret_1',
  };
  const unreachable = await failure(new Home(onTestFinished), ['notifications', 'tail'], { env });
  expect(unreachable).toMatchObject({ exitCode: 5, code: 'ServiceUnreachable' });
});
