import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreatedWebhook, TriggeredEvent } from '../../src/api/contract.js';
import { Home } from '../helpers/home.js';
import { closedPort, startReceivingApp, verified, type ReceivingApp } from '../helpers/receiving-app.js';

const home = new Home(afterAll);
let app: ReceivingApp;
let webhook: CreatedWebhook;

beforeAll(async () => {
  await home.serve();
  app = await startReceivingApp(afterAll);
  webhook = await home.json<CreatedWebhook>(['webhooks', 'add', app.url]);
});

const trigger = (...args: string[]) => home.json<TriggeredEvent>(['events', 'trigger', ...args]);
/** What both samples of one seed have in common: all but which event it is and when. */
const detailsOf = ({ event }: TriggeredEvent) =>
  JSON.stringify(event.eventDetails).replace(/\d{4}-\d\d-\d\dT[^"]+/g, '');

describe('a type in kebab case', () => {
  test.each([
    ['subscribe', 'Subscribe'],
    ['unsubscribe', 'Unsubscribe'],
    ['subscription-details-updated', 'SubscriptionDetailsUpdated'],
    ['subscription-event-added', 'SubscriptionEventAdded'],
    ['subscription-event-updated', 'SubscriptionEventUpdated'],
    ['subscription-event-removed', 'SubscriptionEventRemoved'],
    ['subscription-event-deleted', 'SubscriptionEventDeleted'],
    ['test', 'Test'],
  ])('%s is delivered as %s, signed and marked as a test', async (name, eventType) => {
    const before = app.received.length;

    const { event, notifications } = await trigger(name, '--wait');

    expect(event.eventType).toBe(eventType);
    expect(notifications).toMatchObject([{ status: 'delivered', lastStatus: 200, eventId: event.eventId }]);
    expect(app.received).toHaveLength(before + 1);
    const request = app.received[before];
    if (!request) throw new Error('nothing arrived');
    expect(verified(webhook.secret, request)).toEqual(event);
    expect(request.headers).toMatchObject({ 'calreply-test': 'true', 'calreply-event-type': eventType });
  });

  test('is one that events types lists', async () => {
    const { stdout } = await home.run(['events', 'types']);

    const [head, ...rows] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(head).toEqual(['TYPE', 'EVENT TYPE', 'SENT WHEN']);
    expect(rows).toHaveLength(8);
    expect(rows).toContainEqual(['test', 'Test', 'someone presses “Trigger test event”']);
  });
});

describe('what the event says', () => {
  test('is the same for the same seed, in an event of its own each time', async () => {
    const [first, second, other] = [
      await trigger('subscribe', '--seed', '7'),
      await trigger('subscribe', '--seed', '7'),
      await trigger('subscribe', '--seed', '8'),
    ];

    expect(detailsOf(second)).toBe(detailsOf(first));
    expect(second.event.eventId).not.toBe(first.event.eventId);
    expect(detailsOf(other)).not.toBe(detailsOf(first));
  });

  test('can be changed value by value with --set', async () => {
    const { event } = await trigger(
      'subscribe',
      ...['--set', 'subscription.subscriberEmail=dana=1@example.com'],
      ...['--set', 'subscription.marketingAllowed=false'],
    );

    expect(event.eventDetails).toMatchObject({
      subscription: { subscriberEmail: 'dana=1@example.com', marketingAllowed: false },
    });
  });

  test('can be a whole Event Object from a file or from standard input', async () => {
    const own = { eventType: 'Unsubscribe', eventDetails: { accountCode: 'elsewhere', more: [1, { deep: null }] } };
    const file = join(home.work, 'event.json');
    writeFileSync(file, JSON.stringify(own));

    const fromFile = await trigger('--data', 'event.json', '--wait');
    const fromStdin = await home.json<TriggeredEvent>(['events', 'trigger', '--data', '-'], {
      input: JSON.stringify(own),
    });

    expect(fromFile.event).toEqual({ ...own, eventId: fromFile.event.eventId });
    expect(fromStdin.event).toEqual({ ...own, eventId: fromStdin.event.eventId });
    expect(app.received.map(({ body }) => JSON.parse(body) as unknown)).toContainEqual(fromFile.event);
  });
});

describe('--wait', () => {
  test('shows the answer of each receiver', async () => {
    const { exitCode, stdout } = await home.run(['events', 'trigger', 'test', '--wait']);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^✓ Test [\w-]{36}\n {2}← http:\S+ {2}200 {2}ntf_\w+\n$/);
  });

  test('ends with 6 when the receiver is down, and says where to look', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/hooks`;
    const down = await home.json<CreatedWebhook>(['webhooks', 'add', url, '--events', 'test']);

    const args = ['events', 'trigger', 'test', '--to', down.id, '--wait'];
    const [{ exitCode, stdout, stderr }, forProgram] = await Promise.all([
      home.run(args),
      home.run([...args, '--json']),
    ]);

    expect(exitCode).toBe(6);
    expect(forProgram).toMatchObject({ exitCode: 6, stderr: '' });
    expect(JSON.parse(forProgram.stdout)).toMatchObject({
      event: { eventType: 'Test' },
      notifications: [{ webhookId: down.id, status: 'pending', lastError: 'connection_refused' }],
    });
    expect(stdout).toContain(`✗ ${url}  the connection was refused, next try in `);
    expect(stderr).toMatch(
      /^✗ Not delivered: 1 of 1 notification\.\n {2}See why: calreply notifications show ntf_\w+\n$/,
    );
  });
});
