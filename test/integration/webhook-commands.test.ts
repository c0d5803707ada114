import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CreateWebhook } from '../../src/api/contract.js';
import type { ErrorJson } from '../../src/cli/output/errors.js';
import { newGuid } from '../../src/util/ids.js';
import { everyCommand, runInProcess } from '../helpers/in-process.js';
import { startTestService, type TestService } from '../helpers/service.js';

/* The commands of webhooks as a person meets them, against a real service. */

let service: TestService;
const commands = await everyCommand();

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.end());

function run(...args: string[]) {
  const command = commands.find(({ id }) => id === `webhooks ${args[0]}`);
  if (command === undefined) throw new Error(`there is no webhooks ${args[0]}`);
  const { clientId, clientSecret } = service.credentials;
  const env = { CALREPLY_API_URL: service.url, CALREPLY_CLIENT_ID: clientId, CALREPLY_CLIENT_SECRET: clientSecret };
  return runInProcess(command, args.slice(1), { env });
}

/** How a command with `--json` fails. */
async function failureOf(...args: string[]) {
  const { exitCode, stdout } = await run(...args, '--json');
  return { exitCode, ...(JSON.parse(stdout) as ErrorJson).error };
}

const add = (changes: Partial<CreateWebhook> = {}) =>
  service.api.createWebhook({ url: `https://example.com/${newGuid()}`, ...changes });

test('show tells until when the old secret signs as well, while it does', async () => {
  const { id } = await add();
  expect((await run('show', id)).stdout).not.toContain('old secret');
  await service.api.rotateSecret(id, {});
  expect((await run('show', id)).stdout).toMatch(/^old secret {2}signs as well until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/m);
});

test('to test the webhook of a listener is wrong use, and it is said what to do', async () => {
  const { webhookId } = await service.api.openListener({ name: 'laptop', eventTypes: [] });
  expect(await failureOf('test', webhookId)).toEqual({
    exitCode: 2,
    code: 'WrongUse',
    reason: `${webhookId} belongs to a listener: its tunnel has no connection to look at.`,
    hint: `Use: calreply events trigger test --to ${webhookId} --wait`,
  });
});
