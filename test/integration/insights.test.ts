import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { InsightGrowth, InsightTags, InsightTimes, SubscriberPage } from '../../src/api/contract.js';
import { everyCommand, runInProcess } from '../helpers/in-process.js';
import { exchange } from '../helpers/exchange.js';
import { startListener } from '../helpers/listener.js';
import { startReceiver } from '../helpers/receiver.js';
import { CALENDAR, startTestService, type TestService } from '../helpers/service.js';

/* What the data says, from the calls that make it to the commands that tell it. */

let service: TestService;
const commands = await everyCommand();

beforeAll(async () => {
  service = await startTestService();
  const { code } = service.account;
  const subscribe = (name: string, more: object = {}) =>
    service.api.subscribe(code, CALENDAR, {
      ...{ userName: name, emailAddress: `${name}@example.com`, marketingAllowed: name !== 'bob' },
      ...{ channelFinderZipCode: '94110', utmSource: 'newsletter', utmMedium: 'email', utmCampaign: '=opener' },
      ...more,
    });
  await subscribe('ann');
  await subscribe('bob', { channelFinderZipCode: '60614' });
  await subscribe('eve');
  await service.api.unsubscribe(code, CALENDAR, { userName: 'eve' });
  await service.api.triggerEvent({ eventType: 'Subscribe' });
});
afterAll(() => service.end());

async function run(id: string, ...args: string[]) {
  const command = commands.find((one) => one.id === id);
  if (command === undefined) throw new Error(`there is no ${id}`);
  const { clientId, clientSecret } = service.credentials;
  const env = { CALREPLY_API_URL: service.url, CALREPLY_CLIENT_ID: clientId, CALREPLY_CLIENT_SECRET: clientSecret };
  return runInProcess(command, args, { env });
}

async function json<T>(id: string, ...args: string[]): Promise<T> {
  return JSON.parse((await run(id, ...args, '--json')).stdout) as T;
}

const rowsOf = (text: string) => text.trimEnd().split('\n');

test('who subscribed in which hour is told on the clocks of a place', async () => {
  const times = await json<InsightTimes>('insights times', '--time-zone', 'america/new_york');
  expect(times).toMatchObject({
    timeZone: 'America/New_York',
    subscribes: 3,
    testsLeftOut: 1,
    best: { subscribes: 3 },
  });
  const csv = rowsOf((await run('insights times', '--csv')).stdout);
  expect(csv).toHaveLength(1 + 7 * 24);
  expect(csv[1]).toMatch(/^Monday,0,\d+$/);
});

test('growth tells who came and went, in a pipe in rows', async () => {
  const growth = await json<InsightGrowth>('insights growth', '--by', 'month');
  expect(growth).toMatchObject({ by: 'month', subscribes: 3, unsubscribes: 1, net: 2, active: 2 });
  const [, row = ''] = rowsOf((await run('insights growth', '--by', 'month')).stdout);
  expect(row).toMatch(/^\d{4}-\d\d-01\t3\t1\t2\t2\t0\.3333$/);
});

test('campaigns tell who stayed; in CSV no name of theirs is a formula', async () => {
  const [head = '', row] = rowsOf((await run('insights campaigns', '--csv')).stdout);
  expect(head).toMatch(/^utmSource,utmMedium,utmCampaign,subscribes,unsubscribes,net,\d{4}-\d\d-\d\d$/);
  expect(row).toBe("newsletter,email,'=opener,3,1,2,3");
});

test('tags are of a zip code, or of all that begin alike', async () => {
  const all = await json<InsightTags>('insights tags');
  expect(all).toMatchObject({ subscribes: 3, tags: [{ tag: null, subscribes: 3, unsubscribes: 1, net: 2 }] });
  expect(await json('insights tags', '--zip', '94*')).toMatchObject({ zip: '94*', subscribes: 2 });
  expect(await json('insights tags', '--zip', '60614')).toMatchObject({ subscribes: 1 });
});

test('tests are counted when they are asked for', async () => {
  expect(await json('insights tags', '--include-tests')).toMatchObject({ subscribes: 4, testsLeftOut: 0 });
});

describe('subscribers', () => {
  const emails = ({ subscribers }: SubscriberPage) => subscribers.map(({ subscriberEmail }) => subscriberEmail);

  test('are listed once each, masked for people', async () => {
    const { stdout } = await run('subscribers list');
    expect(stdout).toContain('a•••@example.com\tactive\tyes\tmy-sports-calendar');
    expect(stdout).not.toContain('ann@example.com');
    expect((await run('subscribers list', '--reveal')).stdout).toContain('ann@example.com');
    expect(emails(await json('subscribers list'))).toEqual(['ann@example.com', 'bob@example.com']);
  });

  test('come in pages, and the next one is told', async () => {
    const { stderr } = await run('subscribers list', '-n', '1');
    const cursor = /--cursor (\S+)/.exec(stderr)?.[1] ?? '';
    expect(emails(await json('subscribers list', '-n', '1', '--cursor', cursor))).toEqual(['bob@example.com']);
  });

  test('are exported, those who opted in or all', async () => {
    const csv = rowsOf((await run('subscribers export', '--opted-in')).stdout);
    expect(csv.map((line) => line.split(',')[0])).toEqual(['subscriberEmail', 'ann@example.com']);
    const { stdout, stderr } = await run('subscribers export', '--all', '--format', 'json');
    expect((JSON.parse(stdout) as object[]).length).toBe(3);
    expect(stderr).toBe('3 subscribers exported.\n');
    expect(rowsOf((await run('subscribers export', '--json')).stdout)).toHaveLength(2);
  });
});

test.each([
  ['insights times', ['--time-zone', 'Mars/Olympus'], 2, 'is not a time zone'],
  ['insights tags', ['--zip', '9*4'], 2, 'is no zip code'],
  ['insights growth', ['--since', '2d', '--until', '3d'], 2, 'Nothing can be between'],
  ['insights campaigns', ['--calendar', 'nope'], 4, 'There is no calendar nope.'],
  ['subscribers list', ['--calendar', 'nope'], 4, 'There are: my-sports-calendar'],
  ['insights times', ['--csv', '--json'], 2, '--csv'],
  ['insights growth', ['--by', 'day', '--since', '2010-01-01'], 2, 'count by month'],
])('%s %j says what is wrong', async (id, args, exitCode, words) => {
  const failed = await run(id, ...args);
  expect(failed.exitCode).toBe(exitCode);
  expect(failed.stderr + failed.stdout).toContain(words);
});

test('a span far from all there is has few rows, and ends today', async () => {
  const { rows } = await service.api.insightGrowth({ since: '0001-01-01T00:00:00Z', until: '9999-01-01T00:00:00Z' });
  expect(rows[0]?.from).toBe('2000-01-01');
  expect(rows.at(-1)?.from.slice(0, 7)).toBe(new Date().toISOString().slice(0, 7));
});

test('a day without a zone is one on the clocks that are asked for', async () => {
  const args = ['--since', '2026-11-01', '--time-zone', 'America/New_York'];
  expect(await json('insights times', ...args)).toMatchObject({ since: '2026-11-01T04:00:00.000Z' });
});

test('what another service tells at an inbox counts, once however often it is told; its tests do not', async () => {
  const app = await startReceiver();
  const { opened } = await startListener(service, { target: app.url });
  onTestFinished(() => service.api.removeListener(opened.id));
  const subscription = { calendarSubscriptionId: 'theirs', calendarCode: 'theirs', subscriberEmail: 'zoe@example.com' };
  const event = { eventId: 'x', eventType: 'Subscribe', eventDetails: { subscription } };
  const tell = (headers: Record<string, string> = {}) =>
    exchange(opened.inboxUrl, { method: 'POST', headers, body: JSON.stringify(event) });
  await tell();
  await tell();
  await tell({ 'calreply-test': 'true' });

  expect(await json('insights tags', '--calendar', 'theirs')).toMatchObject({ subscribes: 1, testsLeftOut: 1 });
  // Where nothing of it matches, it is a calendar all the same.
  expect(await json('insights tags', '--calendar', 'theirs', '--until', '2020-01-01')).toMatchObject({ subscribes: 0 });
  expect(await json('subscribers list', '--calendar', 'theirs')).toMatchObject({
    subscribers: [{ subscriberEmail: 'zoe@example.com', calendars: ['theirs'] }],
  });
});

test('what is of one account is told to no other', async () => {
  expect(await service.stranger.api.insightTags({ includeTests: true })).toMatchObject({ subscribes: 0 });
  expect(await service.stranger.api.subscribers({ includeTests: true, all: true })).toMatchObject({ subscribers: [] });
});
