import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Subscribed, SubscriptionResource } from '../../src/api/contract.js';
import type { WhoamiJson } from '../../src/cli/output/account.js';
import { newGuid } from '../../src/util/ids.js';
import { startHostedService } from '../helpers/hosted-service.js';
import { everyCommand, runInProcess } from '../helpers/in-process.js';
import { CALENDAR, startTestService, type TestService } from '../helpers/service.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

/* The commands for subscriptions, against our service and against one that has CalReply's own calls only. */

let service: TestService;
let hosted: Awaited<ReturnType<typeof startHostedService>>;
const commands = await everyCommand();

beforeAll(async () => {
  service = await startTestService();
  hosted = await startHostedService(service.url);
});
afterAll(async () => {
  await hosted.end();
  await service.end();
});

function environment(url = service.url) {
  const { clientId, clientSecret } = service.credentials;
  return { CALREPLY_API_URL: url, CALREPLY_CLIENT_ID: clientId, CALREPLY_CLIENT_SECRET: clientSecret };
}

function run(id: string, args: readonly string[], env: Record<string, string> = environment()) {
  const command = commands.find((one) => one.id === id);
  if (command === undefined) throw new Error(`there is no ${id}`);
  return runInProcess(command, args, { env });
}

async function json<T>(id: string, ...args: readonly string[]): Promise<T> {
  return JSON.parse((await run(id, [...args, '--json'])).stdout) as T;
}

test('somebody is subscribed, looked at, changed and taken off', async () => {
  const created = await run('subscriptions create', [
    ...[CALENDAR, '--email', 'dana@example.com', '--user-name', 'dana', '--zip', '94110', '--marketing'],
    ...['--utm-source', 'newsletter', '--set', 'eventReminderMinutes=30', '--set', 'trackingId=123'],
  ]);
  expect(created).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining(`Subscribed to ${CALENDAR}.`) as string,
  });
  const again = await json<Subscribed>('subscriptions create', CALENDAR, '--user-name', 'dana');
  expect(again.isNewSubscription).toBe(false);
  const id = again.subscriptionId;
  const shown = await run('subscriptions show', [id]);
  expect(shown.stdout).toMatch(/state +active\n.*\ne-mail +dana@example\.com\n/);
  const [tag] = (await service.api.account()).calendars[0]?.tags ?? [];
  const changed = await json<SubscriptionResource>(
    'subscriptions update',
    id,
    '--no-marketing',
    '--tag',
    tag?.externalId ?? '',
  );
  expect(changed).toMatchObject({ marketingAllowed: false, eventReminderMinutes: 30, tags: [{ name: tag?.name }] });
  const cancelled = await run('subscriptions cancel', [id, '--reason', 'The season is over']);
  expect(cancelled).toMatchObject({ exitCode: 0, stdout: `✓ ${id} is not subscribed to ${CALENDAR} any more.\n` });
  const { events } = await service.api.events({ subscription: id });
  expect(events.map(({ eventType }) => eventType)).toEqual(['Unsubscribe', 'SubscriptionDetailsUpdated', 'Subscribe']);
  const listed = await run('subscriptions show', ['--user-name', 'dana', '--calendar', CALENDAR]);
  expect(listed.stdout.split('\n')[1]).toMatch(new RegExp(`^${id}\tended\t`));
});

test('one is taken off by the user name as well', async () => {
  const userName = newGuid();
  await json('subscriptions create', CALENDAR, '--user-name', userName);
  expect(await json('subscriptions cancel', '--user-name', userName, '--calendar', CALENDAR)).toEqual({
    ...{ subscriptionId: null, userName, calendar: CALENDAR },
  });
});

test.each([
  ['subscriptions show', [], 2, 'Say which'],
  ['subscriptions show', ['x', '--user-name', 'y', '--calendar', 'z'], 2, 'Say which'],
  ['subscriptions show', ['--user-name', 'y'], 2, '--calendar'],
  ['subscriptions show', [newGuid()], 4, 'There is no subscription'],
  ['subscriptions update', [newGuid()], 2, 'nothing to change'],
  ['subscriptions create', ['nope'], 4, 'There are: my-sports-calendar'],
  ['subscriptions create', [CALENDAR, '--tag', 'nope'], 2, `has no tag nope`],
  ['subscriptions create', [CALENDAR, '--email', ''], 2, '--email is empty'],
  ['subscriptions create', [CALENDAR, '--set', 'x'], 2, 'is not of the form --set'],
  ['subscriptions cancel', [newGuid()], 4, 'There is no subscription'],
])('%s %j says what is wrong', async (id, args, exitCode, words) => {
  const failed = await run(id, args);
  expect(failed.exitCode).toBe(exitCode);
  expect(failed.stderr).toContain(words);
});

describe('against CalReply’s own service', () => {
  test('the account is named, once for a profile or for each command', async () => {
    const env = environment(hosted.url);
    const unnamed = await run('subscriptions create', [CALENDAR], env);
    expect(unnamed).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--account your-account') as string });
    const named = await run('subscriptions create', [CALENDAR, '--account', service.account.code, '--json'], env);
    const { subscriptionId } = JSON.parse(named.stdout) as Subscribed;
    expect(await run('subscriptions show', [subscriptionId], env)).toMatchObject({ exitCode: 0 });
  });

  test('a login keeps the account that is named', async () => {
    const folder = temporaryFolder();
    const env = { ...environment(hosted.url), CALREPLY_CONFIG_DIR: folder };
    expect(await run('login', [], env)).toMatchObject({ exitCode: 2 });
    const loggedIn = await run('login', ['--account', service.account.code, '--json'], env);
    expect((JSON.parse(loggedIn.stdout) as WhoamiJson).account).toEqual({
      id: null,
      name: null,
      code: service.account.code,
    });
    const ofProfile = { CALREPLY_CONFIG_DIR: folder };
    expect((await run('whoami', [], ofProfile)).stdout).toMatch(/^account +your-account\n/);
    const created = await run('subscriptions create', [CALENDAR, '--json'], ofProfile);
    const { subscriptionId } = JSON.parse(created.stdout) as Subscribed;
    const cancelled = await run('subscriptions cancel', [subscriptionId], ofProfile);
    expect(cancelled.exitCode).toBe(0);
  });
});
