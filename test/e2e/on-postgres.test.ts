import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import type { MigratedJson } from '../../src/cli/output/migrate.js';
import type { AccountList, NotificationStatistics } from '../../src/api/contract.js';
import type { AddedAccountJson } from '../../src/cli/output/accounts.js';
import type { EventObject } from '../../src/model/event.js';
import { failure } from '../helpers/failure.js';
import { Home } from '../helpers/home.js';
import { testDatabase } from '../helpers/postgres-database.js';
import { startReceivingApp } from '../helpers/receiving-app.js';
import { localCredentials } from '../helpers/subscribe.js';
import { drained, wholeHistory } from '../helpers/whole-history.js';

const withPassword = (url: string) => {
  const changed = new URL(url);
  changed.password = 'very-secret';
  return changed.href;
};

describe('serve --database', () => {
  test('keeps everything there: what was accepted is delivered by the next start, and the folder has keys only', async () => {
    const home = new Home(onTestFinished);
    const app = await startReceivingApp(onTestFinished);
    const database = await testDatabase({ isEmpty: true });
    // The address with its password comes by the variable, and is shown nowhere.
    const env = { CALREPLY_DATABASE_URL: withPassword(database) };
    const service = await home.serve({ env, args: ['--log-level', 'info'] });
    expect(service.serving).toMatchObject({ database: database.replace('calreply@', '') });
    await home.json(['webhooks', 'add', app.url, '--local']);
    await app.stop();
    await home.json(['events', 'trigger', 'subscribe', '--local']);
    const accounts = await home.json<{ accounts: unknown[] }>([
      ...['accounts', 'list', '--data-dir', service.serving.dataDir],
    ]);
    expect(accounts.accounts).toHaveLength(1);
    const { stderr, stdout } = await service.stop('SIGTERM');
    expect(stderr + stdout).not.toContain('very-secret');

    await app.restart();
    const again = await home.serve({ args: ['--database', database] });
    const retried = await home.json<{ notifications: { id: string }[] }>(['notifications', 'list', '--local']);
    await home.json(['notifications', 'retry', retried.notifications[0]?.id ?? '', '--local']);
    await app.arrived(1);
    await again.stop('SIGTERM');
  });

  test('takes ids, codes and names of any length and script, in order, and finds them again', async () => {
    const home = new Home(onTestFinished);
    const app = await startReceivingApp(onTestFinished);
    const service = await home.serve({ args: ['--database', await testDatabase({ isEmpty: true })] });
    const api = new ApiClient({ apiUrl: service.serving.url, ...localCredentials(home), userAgent: 'test' });
    await api.createWebhook({ url: app.url });
    // Random, since PostgreSQL keeps in its indexes what compresses well, however long it is.
    const calendarSubscriptionId = randomBytes(2000).toString('hex');
    const calendarCode = randomBytes(2000).toString('utf16le');
    const event = { eventType: 'Subscribe', eventDetails: { calendarSubscriptionId, subscription: { calendarCode } } };
    const made = [await api.triggerEvent({ event }), await api.triggerEvent({ event })].map((one) => one.event.eventId);
    await app.arrived(2);
    const ids = app.received.map(({ body }) => (JSON.parse(body) as EventObject).eventId);
    expect(ids).toEqual(made);
    const { events } = await api.events({ subscription: calendarSubscriptionId });
    expect(events.map(({ eventId }) => eventId)).toEqual(made.toReversed());
    const kept = events[0]?.calendarCode ?? '';
    expect((await api.events({ calendar: kept })).events).toHaveLength(2);

    const { code, calendars } = await api.account();
    const userName = Array.from(randomBytes(256), (byte) => String.fromCodePoint(0x1f300 + byte)).join('');
    const subscribe = (name: string) => api.subscribe(code, calendars[0]?.code ?? '', { userName: name });
    const { subscriptionId } = await subscribe(userName);
    expect(await subscribe(userName)).toMatchObject({ subscriptionId, isNewSubscription: false });
    await expect(subscribe(`${userName}x`)).rejects.toMatchObject({ code: 'InvalidRequest' });
    await service.stop('SIGTERM');
  });

  test.each([
    [['--database', 'postgres://u:very-secret@127.0.0.1/x'], {}, /has a password in it/],
    [['--database', 'mysql://127.0.0.1/x'], {}, /The address in --database is not that of a PostgreSQL/],
    [[], { CALREPLY_DATABASE_URL: 'very-secret' }, /The address in CALREPLY_DATABASE_URL is not that of a PostgreSQL/],
    [['--listen-database', 'postgres://127.0.0.1/x'], {}, /--listen-database goes with --database/],
  ])('%j is wrong use, told without the secret', async (args, env, reason) => {
    const home = new Home(onTestFinished);
    const { exitCode, stderr, stdout } = await home.run(['serve', '--port', '0', ...args], { env });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(reason);
    expect(stderr + stdout).not.toContain('very-secret');
  });

  test('accounts --database reaches the accounts of a service that runs elsewhere or not at all, and makes nothing', async () => {
    const home = new Home(onTestFinished);
    const database = await testDatabase({ isEmpty: true });
    const list = ['accounts', 'list', '--database', database];
    expect(await failure(home, list)).toMatchObject({ exitCode: 4, code: 'NotFound' });
    const client = new pg.Client(database);
    await client.connect();
    const tables = await client.query(`SELECT 1 FROM pg_tables WHERE schemaname = 'public'`);
    await client.end();
    expect(tables.rows).toEqual([]);

    const service = await home.serve({ args: ['--database', database] });
    // Another folder: that of the service tells nothing. Its key is needed.
    const elsewhere = ['--data-dir', join(service.serving.dataDir, '..', 'elsewhere')];
    expect(await failure(home, [...list, ...elsewhere])).toMatchObject({ exitCode: 1, code: 'EncryptionKeyUnusable' });
    const withKey = ['--encryption-key-file', join(service.serving.dataDir, 'encryption.key')];
    const added = await home.json<AddedAccountJson>([
      ...['accounts', 'add', 'Acme', '--database', database, ...elsewhere, ...withKey],
    ]);
    const env = { CALREPLY_CLIENT_ID: added.clientId, CALREPLY_CLIENT_SECRET: added.clientSecret ?? '' };
    expect(await home.json(['whoami', '--api-url', service.serving.url], { env })).toMatchObject({
      account: { code: 'acme' },
    });
    await service.stop('SIGTERM');
    expect((await home.json<AccountList>(list)).accounts).toHaveLength(2);
  });

  test('a database that cannot be reached ends it with 1, and what to look at', async () => {
    const home = new Home(onTestFinished);
    const args = ['serve', '--port', '0', '--database', 'postgres://calreply@127.0.0.1:1/x'];
    const { exitCode, stderr } = await home.run(args);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/The database postgres:\/\/127\.0\.0\.1:1\/x cannot be used: .*ECONNREFUSED/);
    expect(stderr).toContain('PostgreSQL runs there');
  });
});

describe('migrate', () => {
  /** A service with a history, stopped again: one webhook that took everything, and one that took nothing. */
  const withHistory = async () => {
    const home = new Home(onTestFinished);
    const app = await startReceivingApp(onTestFinished);
    const service = await home.serve();
    const { dataDir, url } = service.serving;
    const api = new ApiClient({ apiUrl: url, ...localCredentials(home), userAgent: 'test' });
    await api.createWebhook({ url: app.url });
    const { id } = await api.createWebhook({ url: 'http://127.0.0.1:1/nowhere' });
    await home.json(['events', 'trigger', 'subscribe', '--count', '600', '--local']);
    await api.removeWebhook(id);
    await drained(api);
    const history = await wholeHistory(api);
    const statistics = await home.json<NotificationStatistics>(['notifications', 'stats', '--local']);
    await service.stop('SIGTERM');
    return { home, app, dataDir, history, statistics };
  };

  test('moves all of a service, which goes on there with its history, its secrets and its credentials', async () => {
    const { home, app, dataDir, history, statistics } = await withHistory();
    const database = await testDatabase({ isEmpty: true });
    const moved = await home.json<MigratedJson>(['migrate', '--from', `sqlite:${dataDir}`, '--to', database]);
    expect(moved.tables).toMatchObject({ accounts: 1, webhooks: 2, events: 600, notifications: 1200 });

    const service = await home.serve({ args: ['--database', database] });
    const api = new ApiClient({ apiUrl: service.serving.url, ...localCredentials(home), userAgent: 'test' });
    expect(await wholeHistory(api)).toEqual(history);
    const now = await home.json<NotificationStatistics>(['notifications', 'stats', '--local']);
    expect(now.total).toEqual(statistics.total);
    const before = app.received.length;
    await home.json(['events', 'trigger', 'subscribe', '--local', '--wait']);
    expect(app.received.length).toBe(before + 1);
    await service.stop('SIGTERM');
  });

  test('that is broken off starts no service, and goes on where it was', async () => {
    const { home, dataDir } = await withHistory();
    const database = await testDatabase({ isEmpty: true });
    const args = ['migrate', '--from', `sqlite:${dataDir}`, '--to', database];
    const client = new pg.Client(database);
    await client.connect();
    onTestFinished(() => client.end());
    const started = home.start(args);
    // Killed in the middle of it.
    for (let count = 0; count === 0;) {
      const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM events').catch(() => ({ rows: [] }));
      count = Number(rows[0]?.count ?? 0);
    }

    await started.stop('SIGKILL');
    await client.query('UPDATE moves SET is_done = false');
    const refused = await home.run(['serve', '--port', '0', '--database', database]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('A service is being moved to the database');

    const moved = await home.json<MigratedJson>(args);
    expect(moved.tables).toMatchObject({ events: 600, notifications: 1200 });
    const { rows } = await client.query<{ count: string }>('SELECT count(DISTINCT id) FROM notifications');
    expect(Number(rows[0]?.count)).toBe(1200);
    const again = await home.run(args);
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('has all of it already') as string });
  });

  test('is refused for a folder that is in use, and a database with something else in it', async () => {
    const { home, dataDir } = await withHistory();
    const database = await testDatabase();
    const args = ['migrate', '--from', `sqlite:${dataDir}`, '--to', database];
    const used = await home.run(args);
    expect(used).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('has something else in it') as string });
    const service = await home.serve();
    const inUse = await home.run(args);
    expect(inUse).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('is in use by another service') as string,
    });
    await service.stop('SIGTERM');
  });
});
