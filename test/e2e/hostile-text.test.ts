import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { CreatedWebhook, EventResource, NotificationDetails, TriggeredEvent } from '../../src/api/contract.js';
import { Home } from '../helpers/home.js';
import { startReceivingApp, type ReceivingApp } from '../helpers/receiving-app.js';

/** Sets the title, clears the screen, deletes, ends a string, turns text around, hides and joins it, breaks lines. */
const HOSTILE = '\u001b]0;title\u0007\u001b[2J\u007f\u009b31m\u202eevil\u2066\u200b\ufeff\u2028\r\b';
/** Any character that acts on a terminal, but the tab and line feed of our own. */
const ACTS_ON_TERMINAL = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const event = {
  eventType: 'Subscribe',
  eventDetails: {
    calendarSubscriptionId: `id${HOSTILE}`,
    subscription: {
      subscriberEmail: `dana${HOSTILE}@example.com`,
      calendarTitle: `title${HOSTILE}`,
      calendarCode: `code${HOSTILE}`,
      [`key${HOSTILE}`]: HOSTILE,
    },
  },
};

const home = new Home(afterAll);
let app: ReceivingApp;
let webhook: CreatedWebhook;
let triggered: TriggeredEvent;

const trigger = () =>
  home.json<TriggeredEvent>(['events', 'trigger', '--data', '-', '--wait'], { input: JSON.stringify(event) });

beforeAll(async () => {
  await home.serve();
  app = await startReceivingApp(afterAll, { answer: () => ({ status: 200, body: `answer${HOSTILE}` }) });
  webhook = await home.json<CreatedWebhook>(['webhooks', 'add', app.url]);
  triggered = await trigger();
});

test('reaches the receiver unchanged', () => {
  expect(JSON.parse(app.received[0]?.body ?? '')).toEqual(triggered.event);
  expect(triggered.event.eventDetails).toEqual(event.eventDetails);
});

test('reaches stdout of no command raw, neither in text nor in JSON', async () => {
  const { eventId } = triggered.event;
  const notificationId = triggered.notifications[0]?.id ?? '';
  const commands = [
    ['events', 'list'],
    ['events', 'show', eventId],
    ['notifications', 'list'],
    ['notifications', 'show', notificationId],
    ['webhooks', 'show', webhook.id],
    ['subscribers', 'export', '--include-tests'],
    ['insights', 'campaigns', '--include-tests', '--csv'],
  ];

  for (const command of commands) {
    for (const flags of command.includes('--csv') ? [[]] : [[], ['--json']]) {
      const { exitCode, stdout, stderr } = await home.run([...command, ...flags]);
      expect(exitCode).toBe(0);
      expect(stdout + stderr).not.toMatch(ACTS_ON_TERMINAL);
    }
  }
});

test('is whole in JSON, where it is escaped', async () => {
  const shown = await home.json<EventResource>(['events', 'show', triggered.event.eventId]);
  const notification = await home.json<NotificationDetails>([
    'notifications',
    'show',
    triggered.notifications[0]?.id ?? '',
  ]);

  expect(shown.event).toEqual(triggered.event);
  expect(notification.attempts[0]?.answer).toBe(`answer${HOSTILE}`);
});

test.each([[[]], [['--reveal']], [['--json']]])('does not reach the terminal of listen %s', async (flags) => {
  const listen = home.start(['listen', '--forward-to', String(app.port), '--name', 'hostile', ...flags]);
  onTestFinished(async () => {
    await listen.stop('SIGTERM');
  });
  await (flags[0] === '--json' ? listen.jsonLine('ready') : listen.line(/^Ready\./, 'stderr'));

  await trigger();

  await listen.line(/← 200|"forwarded"/);
  expect(listen.stdout()).toMatch(/evil/);
  expect(listen.stdout() + listen.stderr()).not.toMatch(ACTS_ON_TERMINAL);
});

test('does not reach the terminal from the command line either', async () => {
  const { exitCode, stdout, stderr } = await home.run(['events', 'trigger', `x\u001b[2J\u202e`]);

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).not.toMatch(ACTS_ON_TERMINAL);
});
