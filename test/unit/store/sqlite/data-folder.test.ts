import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../../../src/store/sqlite/store.js';
import { account, accept, addWebhook, newEvent, openStore } from '../../../helpers/open-store.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';

async function holdInChild(folder: string): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('../../../helpers/hold-store.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('open\n');
  return child;
}

test('a folder that another process has is refused, with the owner’s pid, and free as soon as that one is killed', async () => {
  const folder = temporaryFolder();
  const child = await holdInChild(folder);
  await expect(openSqliteStore(folder)).rejects.toMatchObject({
    code: 'DataFolderInUse',
    message: expect.stringMatching(new RegExp(`\\b${child.pid}\\b`)),
    hint: expect.stringContaining('--data-dir'),
  });

  child.kill('SIGKILL');
  await once(child, 'exit');
  const store = await openSqliteStore(folder);
  await store.close();
});

test('a folder that this process has is refused until it is closed', async () => {
  const folder = temporaryFolder();
  const first = await openStore(folder);
  const webhook = await addWebhook(first);
  const id = await accept(first, {}, webhook);
  await first.claim({ claim: 'a', now: 1, until: 2, limit: 1, perWebhook: 1, reachableListeners: [] });
  await expect(openSqliteStore(folder)).rejects.toMatchObject({ code: 'DataFolderInUse' });
  await first.close();
  const second = await openStore(folder);
  expect(await second.notification(account.id, id)).toMatchObject({ status: 'pending' });
});

test('a database that a newer program wrote is refused, and left as it is', async () => {
  const folder = temporaryFolder();
  await (await openSqliteStore(folder)).close();
  const database = new DatabaseSync(join(folder, 'calreply.db'));
  database.exec("INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2099-01-01T00:00:00Z')");
  database.close();

  for (const time of ['first', 'second']) {
    await expect(openSqliteStore(folder), time).rejects.toMatchObject({
      code: 'DataFolderUnusable',
      message: expect.stringContaining('newer'),
    });
  }
});

test('a first start that fails half-way leaves a folder that opens at the next one', async () => {
  const folder = temporaryFolder();
  // The last table of the first migration is in the way.
  const file = join(folder, 'calreply.db');
  const inTheWay = new DatabaseSync(file);
  inTheWay.exec('CREATE TABLE attempts (mine)');
  inTheWay.close();
  await expect(openSqliteStore(folder)).rejects.toThrow('attempts');

  const freed = new DatabaseSync(file);
  freed.exec('DROP TABLE attempts');
  freed.close();
  await (await openSqliteStore(folder)).close();
});

test.skipIf(process.platform === 'win32')(
  'in a folder that others may enter, they cannot read the database',
  async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const store = await openSqliteStore(folder);
    onTestFinished(() => store.close());
    for (const file of ['calreply.db', 'calreply.db-wal']) {
      expect(statSync(join(folder, file)).mode & 0o777, file).toBe(0o600);
    }
  },
);

test.skipIf(process.platform === 'win32')(
  'what everybody could read is closed to them, which is said once; a group keeps what it may',
  async () => {
    const folder = temporaryFolder();
    const child = await holdInChild(folder);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const files = [join(folder, 'calreply.db'), join(folder, 'calreply.db-wal')];
    for (const file of files) chmodSync(file, 0o644);

    const said: string[] = [];
    const say = (text: string) => void said.push(text);
    const store = await openSqliteStore(folder, { say });
    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o640, 0o640]);
    await store.close();
    await (await openSqliteStore(folder, { say })).close();
    expect(said).toEqual(
      files.map((file) => `${file} was open to every user of this machine (mode 0644). It is no more.`),
    );
  },
);

test.skipIf(process.platform === 'win32')(
  'a folder that all users of the machine share is refused, with the name of one inside it',
  async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o1777);
    await expect(openSqliteStore(folder)).rejects.toMatchObject({
      code: 'DataFolderUnusable',
      hint: `Name a folder inside it: --data-dir ${join(folder, 'calreply')}`,
    });
    expect(readdirSync(folder)).toEqual([]);
    await (await openSqliteStore(join(folder, 'calreply'))).close();
    // As containers mount them.
    chmodSync(folder, 0o777);
    await (await openSqliteStore(folder)).close();
  },
);

test('a folder that cannot be one is told as such', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  await expect(openSqliteStore(file)).rejects.toMatchObject({ code: 'DataFolderUnusable' });
});

test('a database that is none is told as such, and not overwritten', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'calreply.db'), 'these are my notes, not a database. '.repeat(50));
  await expect(openSqliteStore(folder)).rejects.toMatchObject({ code: 'DataFolderUnusable' });
  expect(statSync(join(folder, 'calreply.db')).size).toBe(36 * 50);
});

test.skipIf(process.platform === 'win32')('a new folder is its owner’s alone', async () => {
  const folder = join(temporaryFolder(), 'deep', 'data');
  await (await openSqliteStore(folder)).close();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('what was accepted is there after the store was closed right behind it', async () => {
  const folder = temporaryFolder();
  const store = await openStore(folder);
  const events = Array.from({ length: 50 }, () => newEvent());
  const accepted = events.map((event) => store.write((transaction) => transaction.acceptEvent(event, [])));
  await store.close();
  await Promise.all(accepted);
  const { items } = await (await openStore(folder)).events(account.id, { limit: 100 });
  expect(items.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
});

test.skipIf(process.platform === 'win32')('a folder that is removed under the service takes nothing more', async () => {
  const folder = temporaryFolder();
  const store = await openStore(folder);
  await store.write((transaction) => transaction.acceptEvent(newEvent(), []));
  rmSync(folder, { recursive: true });
  const accept = () => store.write((transaction) => transaction.acceptEvent(newEvent(), []));
  await expect(accept()).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  await expect(store.checkWritable()).rejects.toMatchObject({ code: 'ServiceUnavailable' });
});
