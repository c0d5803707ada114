import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreatedWebhook, NotificationStatistics, TriggeredEvent } from '../../src/api/contract.js';
import type { ResendJson } from '../../src/commands/events/resend.js';
import { failure } from '../helpers/failure.js';
import { Home } from '../helpers/home.js';
import { startReceivingApp, type ReceivingApp } from '../helpers/receiving-app.js';
import { hasTerminal, inTerminal } from '../helpers/terminal.js';

const home = new Home(afterAll);
let isUp = false;
let app: ReceivingApp;
let webhook: CreatedWebhook;
let id: string;
let eventId: string;

// 410 gives a notification up at once, and turns its webhook off.
beforeAll(async () => {
  await home.serve();
  app = await startReceivingApp(afterAll, {
    answer: () => (isUp ? 200 : { status: 410, body: 'the orders table\nis locked' }),
  });
  webhook = await home.json<CreatedWebhook>(['webhooks', 'add', app.url]);
  const { event, notifications } = await home.json<TriggeredEvent>(['events', 'trigger', 'subscribe']);
  [id, eventId] = [notifications[0]?.id ?? '', event.eventId];
  await app.arrived(1);
});

describe('while the webhook is off, as its receiver answered 410', () => {
  test('notifications show tells the whole answer in a terminal, and how to send it again', async ({ skip }) => {
    if (!hasTerminal) skip('no `script` of util-linux on this machine');
    const { screen } = await inTerminal(home, `notifications show ${id}`, { env: { NO_COLOR: '1' } });

    expect(screen).toContain('What try 1 was answered with:\r\nthe orders table\r\nis locked\r\n');
    expect(screen).toContain(`Send it again with: calreply notifications retry ${id}`);
  });

  test('a retry is refused with the command that helps', async () => {
    expect(await failure(home, ['notifications', 'retry', id])).toMatchObject({
      exitCode: 2,
      reason: `Its webhook ${webhook.id} is off; turn it on with: calreply webhooks enable ${webhook.id}`,
    });
  });
});

/** What a command says while the receiver answers 410; afterwards it takes everything again. */
async function whileDown(args: readonly string[]) {
  isUp = false;
  const finished = await home.run(args);
  isUp = true;
  await home.json(['webhooks', 'enable', webhook.id]);
  return finished;
}

describe('when the receiver is back', () => {
  beforeAll(async () => {
    isUp = true;
    await home.json(['webhooks', 'enable', webhook.id]);
  });

  test('--dry-run lists what would be sent, and sends nothing', async () => {
    const { exitCode, stdout, stderr } = await home.run(['notifications', 'retry', '--failed', '--dry-run']);

    expect(exitCode).toBe(0);
    expect(stdout).toContain(id);
    expect(stderr).toBe('1 notification would be sent again. Nothing was sent.\n');
    expect(app.received).toHaveLength(1);
  });

  test('--failed --wait sends them and ends when they are delivered, and then there is nothing left', async () => {
    const first = await home.run(['notifications', 'retry', '--failed', '--webhook', webhook.id, '--wait']);
    const second = await home.run(['notifications', 'retry', '--failed']);

    expect(first).toEqual({
      exitCode: 0,
      stdout: '✓ Delivered: 1 notification.\n',
      stderr: '1 failed notification to send again.\n',
    });
    expect(second.stdout).toMatch(/^No failed notification matches, so nothing was sent\./);
    expect(app.received.map(({ headers }) => headers['calreply-attempt'])).toEqual(['1', '2']);
  });

  test('a delivered one is sent again by its id, and one that is not there is told beside it', async () => {
    const { exitCode, stdout, stderr } = await home.run(['notifications', 'retry', id, 'ntf_none']);

    expect(exitCode).toBe(4);
    expect(stdout).toBe('✓ Sent 1 again; 1 refused:\n  ntf_none  There is no notification ntf_none.\n');
    expect(stderr).toBe('✗ Refused: 1 of 2 notifications. ntf_none: There is no notification ntf_none.\n');
    await app.arrived(3);
  });

  test('--wait ends with 6 when one is not delivered, and --json gives the whole result as well', async () => {
    const forPerson = await whileDown(['notifications', 'retry', id, '--wait']);
    const retried = await whileDown(['notifications', 'retry', id, '--wait', '--json']);
    const resent = await whileDown(['events', 'resend', eventId, '--wait', '--json']);

    expect(forPerson.exitCode).toBe(6);
    expect(forPerson.stdout).toContain(`failed\t410\t4\t${id}`);
    expect(forPerson.stderr).toContain('✗ Not delivered: 1 of 1 notification.\n');
    const failed = { eventId, status: 'failed', lastStatus: 410 };
    expect(retried).toMatchObject({ exitCode: 6, stderr: '' });
    expect(JSON.parse(retried.stdout)).toEqual({
      retried: [id],
      refused: [],
      dryRun: false,
      notifications: [expect.objectContaining({ ...failed, id, attemptCount: 5 })],
    });
    expect(resent).toMatchObject({ exitCode: 6, stderr: '' });
    expect(JSON.parse(resent.stdout)).toEqual({
      event: expect.objectContaining({ eventId }),
      notifications: [expect.objectContaining(failed)],
    });
  });

  test('events resend makes a new notification of the same event', async () => {
    const { event, notifications } = await home.json<ResendJson>(['events', 'resend', eventId, '--wait']);

    expect(event.eventId).toBe(eventId);
    expect(notifications).toMatchObject([{ eventId, status: 'delivered', attemptCount: 1 }]);
    expect(notifications[0]?.id).not.toBe(id);
    expect(app.received.at(-1)?.headers['webhook-id']).toBe(eventId);
  });

  test('notifications stats counts it all', async () => {
    const stats = await home.json<NotificationStatistics>(['notifications', 'stats', '--since', '1h']);
    const { stdout } = await home.run(['notifications', 'stats', '--until', '1h']);

    expect(stats.byWebhook).toMatchObject([{ webhookId: webhook.id, sent: 3, delivered: 1, failed: 2, pending: 0 }]);
    expect(stdout).toMatch(/^There are no notifications from .* to .*\. Look further back with --since 7d, or/);
  });
});

test.each([
  [['notifications', 'retry'], 'Say which notifications to send again.'],
  [['notifications', 'retry', 'ntf_1', '--failed'], 'Name ids or --failed, and not both.'],
])('calreply %j is wrong use', async (args, reason) => {
  expect(await failure(home, args)).toMatchObject({ exitCode: 2, reason });
});
