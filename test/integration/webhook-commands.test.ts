import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CreateWebhook } from '../../src/api/contract.js';
import type { ErrorJson } from '../../src/cli/output/errors.js';
import { newGuid } from '../../src/util/ids.js';
import { everyCommand, runInProcess } from '../helpers/in-process.js';
import { startReceiver, statuses } from '../helpers/receiver.js';
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

test('a webhook may be named by its URL, in any spelling, where it alone has it', async () => {
  const { id, url } = await add();
  const shouted = url.replace('https://example.com', 'HTTPS://EXAMPLE.COM:443');
  expect(await run('disable', shouted)).toMatchObject({
    exitCode: 0,
    stdout: `✓ Webhook ${id} (${url}) is off.\n`,
  });
  const other = await add({ url });
  expect(await failureOf('show', url)).toMatchObject({
    exitCode: 2,
    reason: `Several webhooks have the URL ${url}.`,
    hint: `Name one by its id: ${id} (off), ${other.id}.`,
  });
});

test.each([
  ['whk_nope', 'There is no webhook whk_nope.'],
  ['https://nope.example.com', 'There is no webhook of the URL https://nope.example.com/.'],
])('where webhooks are found is said of %s, by every command that takes one', async (named, reason) => {
  const lines = [
    ['show'],
    ['enable'],
    ['disable'],
    ['test'],
    ['rotate-secret'],
    ['remove', '--yes'],
    ['update', '--events', 'test'],
  ];
  for (const [command = '', ...flags] of lines) {
    const failed = await failureOf(command, named, ...flags);
    expect(failed, command).toMatchObject({ exitCode: 4, reason, hint: 'See them with: calreply webhooks list' });
  }
});

test('a webhook that is turned on or off says what it was, and how much waits', async () => {
  const { id, url } = await add();
  const name = `✓ Webhook ${id} (${url})`;
  await run('disable', id);
  expect((await run('disable', id)).stdout).toBe(`${name} was off already.\n`);
  expect((await run('enable', id)).stdout).toBe(`${name} is on.\n`);
  expect((await run('enable', id)).stdout).toBe(`${name} was on already.\n`);
});

test('what waits for a webhook that is off is counted, and told when it is on', async () => {
  const receiver = await startReceiver({ answer: statuses(500) });
  const { id, url } = await add({ url: receiver.url, eventTypes: ['SubscriptionEventDeleted'] });
  await service.api.triggerEvent({ eventType: 'SubscriptionEventDeleted', to: [id] });
  const name = `✓ Webhook ${id} (${url})`;
  expect((await run('disable', id)).stdout).toBe(`${name} is off. 1 notification waits until it is on again.\n`);
  expect((await run('enable', id)).stdout).toBe(`${name} is on. 1 notification that waited is sent when due.\n`);
});

test('what was done is said by update and remove, too', async () => {
  const { id, url } = await add();
  expect((await run('update', id, '--events', 'test')).stdout).toMatch(
    new RegExp(`^✓ Webhook ${id} is changed\\.\nid .*\n`),
  );
  expect((await run('remove', id, '--yes')).stdout).toBe(`✓ Webhook ${id} (${url}) is taken off; its history stays.\n`);
});

test('values of headers that are credentials are hidden from people, unless they are to be revealed', async () => {
  const { id } = await add({ headers: { Authorization: 'Bearer s3cret', 'X-Api-Key': 's3cret', 'X-Team': 'crm' } });
  expect((await run('show', id)).stdout).toMatch(/Authorization: •••\n +X-Api-Key: •••\n +X-Team: crm\n/);
  expect((await run('show', id, '--reveal')).stdout).toContain('Authorization: Bearer s3cret\n');
  expect((await run('show', id, '--json')).stdout).toContain('Bearer s3cret');
  const url = `https://example.com/${newGuid()}`;
  const added = await run('add', url, '--header', 'Cookie: s3cret');
  expect(added.stdout).toContain('Cookie: •••\n');
});

test('a URL that is registered already is registered again, and that is said', async () => {
  const { id, url } = await add({ eventTypes: ['Subscribe'] });
  const again = await run('add', url, '--events', 'subscribe,test');
  expect(again).toMatchObject({
    exitCode: 0,
    stderr: `! This URL is registered already, as ${id}: what both want is sent there twice.\n`,
  });
  expect((await run('add', url, '--events', 'unsubscribe')).stderr).toBe('');
  expect((await run('add', url, '--events', 'subscribe', '--json')).stderr).toBe('');
});

test('of a URL with a fragment it is said what is left out', async () => {
  const { stdout, stderr } = await run('add', `https://example.com/${newGuid()}#part`);
  expect(stderr).toBe('! #part is left out: what stands behind # is never sent.\n');
  expect(stdout).not.toContain('#part');
});

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
