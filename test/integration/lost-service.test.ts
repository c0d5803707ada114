import { beforeEach, describe, expect, test } from 'vitest';
import { finished } from '../helpers/history.js';
import { everyCommand, runInProcess } from '../helpers/in-process.js';
import { startReceiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';

/* A service that goes away while a command waits for what it sent. */

const commands = await everyCommand();
let service: TestService;
let webhookId: string;
/** A notification that was delivered, and its event. */
let id: string;
let eventId: string;
/** From then on the service is gone as soon as it has sent something. */
let isLost: boolean;

beforeEach(async () => {
  isLost = false;
  service = await startTestService();
  const { url } = await startReceiver({
    answer(answer) {
      if (isLost) void service.stop(0);
      else answer.end();
    },
  });
  ({ id: webhookId } = await service.api.createWebhook({ url, eventTypes: ['Test'] }));
  const { event, notifications } = await service.api.triggerEvent({ eventType: 'Test' });
  eventId = event.eventId;
  id = notifications[0]?.id ?? '';
  await finished(service.api, { webhook: webhookId });
  isLost = true;
  return () => service.end();
});

async function run(name: string, ...args: string[]) {
  const command = commands.find((one) => one.id === name);
  if (!command) throw new Error('There is no such command.');
  return runInProcess(command, [...args, '--wait'], {
    env: {
      CALREPLY_API_URL: service.url,
      CALREPLY_CLIENT_ID: service.credentials.clientId,
      CALREPLY_CLIENT_SECRET: service.credentials.clientSecret,
    },
  });
}

describe('what was sent is told as it was last known, and the command ends with 5', () => {
  test('by events trigger', async () => {
    const { exitCode, stdout, stderr } = await run('events trigger', 'test');
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/[0-9a-f-]{36}/);
    expect(stderr).toMatch(/^✗ /m);
  });

  test('by events resend', async () => {
    const { exitCode, stdout } = await run('events resend', eventId, '--json');
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      5,
      { event: { eventId }, notifications: [{ eventId, webhookId, status: 'pending' }] },
    ]);
  });

  test('by notifications retry', async () => {
    const { exitCode, stdout, stderr } = await run('notifications retry', id);
    expect(exitCode).toBe(5);
    expect(stdout).toContain(`✓ ${id} is on its way to `);
    expect(stderr).toMatch(/^✗ /m);
  });
});
