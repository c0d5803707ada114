import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  CreatedWebhook,
  EventPage,
  EventResource,
  NotificationDetails,
  NotificationPage,
  TriggeredEvent,
} from '../../src/api/contract.js';
import { Home } from '../helpers/home.js';
import { closedPort, startReceivingApp } from '../helpers/receiving-app.js';

const home = new Home(afterAll);
let up: CreatedWebhook;
let down: CreatedWebhook;
/** Oldest first: Subscribe, Unsubscribe, Test. */
const triggered: TriggeredEvent[] = [];

beforeAll(async () => {
  await home.serve();
  const app = await startReceivingApp(afterAll, { answer: () => ({ status: 202, body: 'thanks' }) });
  up = await home.json<CreatedWebhook>(['webhooks', 'add', app.url]);
  const closed = `http://127.0.0.1:${await closedPort()}/hooks`;
  down = await home.json<CreatedWebhook>(['webhooks', 'add', closed, '--events', 'test']);
  for (const type of ['subscribe', 'unsubscribe', 'test']) {
    const { stdout } = await home.run(['events', 'trigger', type, '--wait', '--json']);
    // The last one ends with 6, as one of its receivers is down, and prints the error in place of the event.
    if (type !== 'test') triggered.push(JSON.parse(stdout) as TriggeredEvent);
  }
});

const events = async (...filters: string[]) => home.json<EventPage>(['events', 'list', ...filters]);
const types = async (...filters: string[]) => (await events(...filters)).events.map(({ eventType }) => eventType);
const notifications = async (...filters: string[]) => {
  const page = await home.json<NotificationPage>(['notifications', 'list', ...filters]);
  return page.notifications.map(({ eventType, status, webhookId }) => [eventType, status, webhookId]);
};

describe('events list', () => {
  test('shows what happened, newest first, in columns with tabs between', async () => {
    const { stdout } = await home.run(['events', 'list']);

    const [head, ...rows] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(head).toEqual(['TIME', 'TYPE', 'FROM', 'CALENDAR', 'EVENT ID']);
    expect(rows.map(([, type, from]) => [type, from])).toEqual([
      ['Test', 'trigger'],
      ['Unsubscribe', 'trigger'],
      ['Subscribe', 'trigger'],
    ]);
    expect(rows.at(-1)?.slice(3)).toEqual(['my-sports-calendar', triggered[0]?.event.eventId]);
  });

  test('narrows by type, calendar, subscription and time', async () => {
    const [first] = (await events('--type', 'Subscribe')).events;

    expect(await types('--type', 'unsubscribe')).toEqual(['Unsubscribe']);
    expect(await types('--calendar', 'my-sports-calendar')).toEqual(['Unsubscribe', 'Subscribe']);
    expect(await types('--subscription', first?.subscriptionId ?? '')).toEqual(['Subscribe']);
    expect(await types('--since', '10m')).toHaveLength(3);
    expect(await types('--until', '10m')).toEqual([]);
    expect(await types('--until', first?.createdAt ?? '')).toEqual([]);
  });

  test('comes in pages, and says how to go on', async () => {
    const { stderr } = await home.run(['events', 'list', '--limit', '2']);
    const [, more = ''] = /^There is more: calreply (events list --limit 2 --cursor \S+)\n$/.exec(stderr) ?? [];

    expect((await home.json<EventPage>(more.split(' '))).events.map(({ eventType }) => eventType)).toEqual([
      'Subscribe',
    ]);
  });
});

test('events show prints one event whole', async () => {
  const event = triggered[0]?.event;
  const { stdout } = await home.run(['events', 'show', event?.eventId ?? '']);
  const json = await home.json<EventResource>(['events', 'show', event?.eventId ?? '']);

  expect(JSON.parse(stdout.slice(stdout.indexOf('{')))).toEqual(event);
  expect(stdout).toMatch(/^from +trigger \(test\)$/m);
  expect(json).toMatchObject({ event, source: 'trigger', isTest: true, request: null });
});

describe('notifications list', () => {
  test('shows what was sent where and how it was answered, in columns with tabs between', async () => {
    const { stdout } = await home.run(['notifications', 'list', '--event', triggered[0]?.event.eventId ?? '']);

    const [head, row] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(head).toEqual(['TIME', 'TYPE', 'TO', 'STATUS', 'ANSWER', 'TRIES', 'NOTIFICATION']);
    expect(row?.slice(1)).toEqual([
      'Subscribe',
      up.url,
      'delivered',
      '202',
      '1',
      triggered[0]?.notifications[0]?.id ?? '',
    ]);
  });

  test('narrows by status, webhook, event and type', async () => {
    expect(await notifications('--status', 'pending')).toEqual([['Test', 'pending', down.id]]);
    expect(await notifications('--status', 'failed')).toEqual([]);
    expect(await notifications('--webhook', up.id)).toEqual([
      ['Test', 'delivered', up.id],
      ['Unsubscribe', 'delivered', up.id],
      ['Subscribe', 'delivered', up.id],
    ]);
    expect(await notifications('--type', 'test')).toHaveLength(2);
    expect(await notifications('--event', triggered[1]?.event.eventId ?? '')).toHaveLength(1);
  });

  test('says what to do when nothing matches', async () => {
    const { stdout } = await home.run(['notifications', 'list', '--status', 'failed']);

    expect(stdout).toBe('No notification matches these filters. See all with: calreply notifications list\n');
  });
});

test('notifications show prints every attempt with its answer', async () => {
  const id = triggered[0]?.notifications[0]?.id ?? '';
  const { stdout } = await home.run(['notifications', 'show', id]);
  const json = await home.json<NotificationDetails>(['notifications', 'show', id]);

  expect(stdout).toMatch(/^status +delivered$/m);
  expect(stdout).toMatch(/^1\t[^\t]+\t202\t\d+ ms\tthanks$/m);
  expect(json.attempts).toMatchObject([{ number: 1, status: 202, error: null, answer: 'thanks' }]);
});

test('notifications show tells when a pending one is tried next', async () => {
  const page = await home.json<NotificationPage>(['notifications', 'list', '--status', 'pending']);

  const { stdout } = await home.run(['notifications', 'show', page.notifications[0]?.id ?? '']);

  expect(stdout).toMatch(/^status +pending, next try in \d+ s$/m);
  expect(stdout).toMatch(/^1\t[^\t]+\tthe connection was refused\t\d+ ms\t$/m);
});
