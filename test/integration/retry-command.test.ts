import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { RetryJson } from '../../src/commands/notifications/retry.js';
import { awayWebhook } from '../helpers/away-webhook.js';
import { attempted, finished } from '../helpers/history.js';
import { everyCommand, runInProcess, type LoadedCommand } from '../helpers/in-process.js';
import { startReceiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';

let service: TestService;
let retry: LoadedCommand;
let webhookId: string;
/** Given up, as the receiver answered 410; that turned the webhook off as well. */
let id: string;

beforeAll(async () => {
  service = await startTestService();
  const found = (await everyCommand()).find((command) => command.id === 'notifications retry');
  if (!found) throw new Error('There is no such command.');
  retry = found;
  return () => service.end();
});

/** A webhook whose receiver answers `status`, and a Test that it was told of. */
async function told(status: number): Promise<{ webhookId: string; id: string }> {
  const { url } = await startReceiver({ answer: (answer) => answer.writeHead(status).end() });
  const { id: webhookId } = await service.api.createWebhook({ url, eventTypes: ['Unsubscribe'] });
  onTestFinished(() => service.api.removeWebhook(webhookId).catch(() => undefined));
  const { notifications } = await service.api.triggerEvent({ eventType: 'Test', to: [webhookId] });
  return { webhookId, id: notifications[0]?.id ?? '' };
}

beforeEach(async () => {
  ({ webhookId, id } = await told(410));
  await finished(service.api, { webhook: webhookId });
});

const environment = () => ({
  CALREPLY_API_URL: service.url,
  CALREPLY_CLIENT_ID: service.credentials.clientId,
  CALREPLY_CLIENT_SECRET: service.credentials.clientSecret,
});
const run = (...args: string[]) => runInProcess(retry, args, { env: environment() });
const json = async (...args: string[]) => {
  const { exitCode, stdout } = await run(...args, '--json');
  return { exitCode, result: JSON.parse(stdout) as RetryJson };
};
const off = () => `Its webhook ${webhookId} is off; turn it on with: calreply webhooks enable ${webhookId}`;

describe('--failed of what is refused', () => {
  test('tells it, also when it is one, and ends with 2', async () => {
    const { exitCode, stdout, stderr } = await run('--failed', '--webhook', webhookId);
    expect([exitCode, stdout]).toEqual([2, `! Sent 0 again; 1 refused:\n  ${id}  ${off()}\n`]);
    expect(stderr).toBe(`1 failed notification to send again.\n✗ ${off()}\n`);
    expect(await json('--failed', '--webhook', webhookId)).toMatchObject({
      exitCode: 2,
      result: { retried: [], refused: [{ id, code: 'Conflict', reason: off() }] },
    });
  });

  test('ends with 6 when it should have been delivered', async () => {
    const { exitCode, stderr } = await run('--failed', '--webhook', webhookId, '--wait');
    expect(exitCode).toBe(6);
    expect(stderr).toContain('✗ Not delivered: 1 of 1 notification.\n');
  });

  test('--dry-run tells it apart from what would be sent', async () => {
    const { stdout, stderr, exitCode } = await run('--failed', '--webhook', webhookId, '--dry-run');
    expect([exitCode, stdout]).toEqual([0, `! 1 would be refused:\n  ${id}  ${off()}\n`]);
    expect(stderr).toBe('0 notifications would be sent again. Nothing was sent.\n');

    await service.api.removeWebhook(webhookId);
    const { refused } = await service.api.retryNotifications([id]);
    const { result } = await json('--failed', '--webhook', webhookId, '--dry-run');
    expect(result).toEqual({ retried: [], refused, dryRun: true, notifications: null });
  });
});

test('of several that are named, --json tells what was sent and what was refused, also when all are', async () => {
  expect(await json(id, 'ntf_none')).toMatchObject({
    result: { retried: [], refused: [{ id }, { id: 'ntf_none', code: 'NotFound' }] },
  });
  await service.api.changeWebhook(webhookId, { enabled: true });
  expect(await json(id, 'ntf_none')).toMatchObject({ result: { retried: [id], refused: [{ id: 'ntf_none' }] } });
});

describe('what is still tried', () => {
  test('is told when nothing failed, and --pending tries it now', async () => {
    const trying = await told(500);
    await attempted(service.api, { webhook: trying.webhookId });
    const { stdout } = await run('--failed', '--webhook', trying.webhookId);
    expect(stdout).toContain('1 is still being tried: calreply notifications list --status pending\n');
    expect(stdout).toContain('Try them now with: calreply notifications retry --pending\n');

    const { result } = await json('--pending', '--webhook', trying.webhookId);
    expect(result).toMatchObject({ retried: [trying.id], refused: [] });
    await attempted(service.api, { webhook: trying.webhookId }, 2);
  });

  test('is not what was never tried', async () => {
    const away = await awayWebhook(service.api);
    await service.api.triggerEvent({ eventType: 'Test', to: [away] });
    const { stdout, exitCode } = await run('--pending', '--webhook', away);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^No notification that matches was tried in vain, so nothing was sent\./);
  });
});

test('nothing to send again has the same fields in JSON as anything else', async () => {
  const nothing = { retried: [], refused: [], dryRun: false, notifications: null };
  const none = ['--failed', '--subscription', 'none'];
  expect(await json(...none)).toEqual({ exitCode: 0, result: nothing });
  expect(await json(...none, '--wait')).toEqual({ exitCode: 0, result: { ...nothing, notifications: [] } });
  expect(await json(...none, '--dry-run')).toEqual({ exitCode: 0, result: { ...nothing, dryRun: true } });
});

test('more than a hundred need --yes where nobody can be asked, and nothing was sent', async () => {
  const to = [await awayWebhook(service.api, 'many')];
  const made = await Promise.all(
    Array.from({ length: 101 }, () => service.api.triggerEvent({ eventType: 'Test', to })),
  );
  await service.api.removeWebhook(webhookId);
  const [listener] = (await service.api.listeners()).listeners.filter(({ name }) => name === 'many');
  await service.api.removeListener(listener?.id ?? '');
  const webhook = made[0]?.notifications[0]?.webhookId ?? '';
  for (const as of [[], ['--json']]) {
    const { exitCode, stdout, stderr } = await run('--failed', '--webhook', webhook, ...as);
    expect([exitCode, stdout + stderr]).toEqual([2, expect.stringContaining('--yes is missing')]);
  }
});

test.each([['--since', '1h'], ['--webhook', 'whk_1'], ['--dry-run']])(
  '%s means nothing beside ids',
  async (...flag) => {
    const { exitCode, stderr } = await run('ntf_1', ...flag);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--failed');
  },
);

test('events resend takes what follows --to WEBHOOK for its argument', async () => {
  const resend = (await everyCommand()).find((command) => command.id === 'events resend') ?? retry;
  await service.api.changeWebhook(webhookId, { enabled: true });
  const { eventId } = await service.api.notification(id);
  const { exitCode, stdout } = await runInProcess(resend, ['--to', webhookId, eventId, '--json'], {
    env: environment(),
  });
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { notifications: [{ webhookId, eventId }] }]);
});
