import { CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../../../src/store/sqlite/connection.js';
import { WriteQueue } from '../../../../src/store/sqlite/write-queue.js';
import { waitUntil } from '../../../helpers/wait-until.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';
import { account, addWebhook, newEvent, openStore } from '../../../helpers/open-store.js';
import type { Store } from '../../../../src/store/store.js';

/** A queue on a real database, whose disk is asked and answers when the test says so. */
async function openQueue() {
  const database = openSqlite(temporaryFolder());
  const db = new Kysely<Record<never, never>>({ dialect: new SqliteDialect({ database }) });
  onTestFinished(() => db.destroy());
  database.run('CREATE TABLE kept (value INTEGER)');
  let pending: ((error?: Error) => void) | undefined;
  const disk = {
    count: 0,
    asked: () => waitUntil('the disk was asked', () => pending !== undefined),
    answer(error?: Error) {
      pending?.(error);
      pending = undefined;
    },
  };
  const sync = () =>
    new Promise<void>((resolve, reject) => {
      disk.count += 1;
      pending = (error) => (error ? reject(error) : resolve());
    });
  return { queue: new WriteQueue(db, { run: (sql) => database.run(sql), sync }), database, disk };
}

async function idsIn(store: Store): Promise<string[]> {
  const { items } = await store.events(account.id, { limit: 1000 });
  return items.map(({ id }) => id).sort();
}

test('a unit that throws leaves nothing, and its neighbours are kept', async () => {
  const store = await openStore();
  const mistake = new Error('on purpose');
  const units = Array.from({ length: 20 }, (_, index) =>
    store.write(async (transaction) => {
      await transaction.acceptEvent(newEvent({ id: `first-${index}` }), []);
      await transaction.acceptEvent(newEvent({ id: `second-${index}` }), []);
      if (index % 3 === 0) throw mistake;
      return index;
    }),
  );
  const results = await Promise.allSettled(units);

  const kept: string[] = [];
  results.forEach((result, index) => {
    if (index % 3 === 0) return expect(result).toEqual({ status: 'rejected', reason: mistake });
    expect(result).toEqual({ status: 'fulfilled', value: index });
    kept.push(`first-${index}`, `second-${index}`);
  });
  expect(await idsIn(store)).toEqual(kept.sort());
});

test('a unit that the database refuses leaves nothing, and its neighbours are kept', async () => {
  const store = await openStore();
  const twice = (ids: readonly string[]) =>
    store.write(async (transaction) => {
      for (const id of ids) await transaction.acceptEvent(newEvent({ id }), []);
    });
  const [before, broken, after] = await Promise.allSettled([twice(['a']), twice(['b', 'b']), twice(['c'])]);
  expect([before?.status, broken?.status, after?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await idsIn(store)).toEqual(['a', 'c']);
});

test('what is read at once is whole units only, and waits for one that is halfway', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  let goOn: (() => void) | undefined;
  const unit = store.write(async (transaction) => {
    await transaction.changeWebhook(webhook.id, { enabled: false });
    await new Promise<void>((resolve) => (goOn = resolve));
    throw new Error('on purpose');
  });
  await waitUntil('the unit is halfway', () => goOn !== undefined);
  const read = store.isWebhookOn(account.id, webhook.id);
  goOn?.();

  await expect(unit).rejects.toThrow('on purpose');
  expect(await read).toBe(true);
});

test('units that run at once share a commit, and one that throws leaves nothing of its own', async () => {
  const { queue, database, disk } = await openQueue();
  const insert = (value: number) => () => database.run('INSERT INTO kept VALUES (?)', value).changes;
  const mistake = new Error('on purpose');
  const settled = Promise.allSettled([
    queue.runAtOnce(insert(1)),
    queue.runAtOnce(() => {
      insert(2)();
      throw mistake;
    }),
    queue.runAtOnce(insert(3)),
  ]);
  await disk.asked();
  disk.answer();

  expect(await settled).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: mistake },
    { status: 'fulfilled', value: 1 },
  ]);
  expect(database.rows('SELECT value FROM kept')).toEqual([{ value: 1 }, { value: 3 }]);
});

test('no unit is told of its success before the disk has it, and none when the disk refuses', async () => {
  const { queue, database, disk } = await openQueue();
  let told = false;
  const unit = queue.runAtOnce(() => database.run('INSERT INTO kept VALUES (1)')).finally(() => (told = true));
  await disk.asked();
  expect([told, database.rows('SELECT value FROM kept')]).toEqual([false, [{ value: 1 }]]);
  disk.answer();
  await unit;

  const refused = queue.run(() => Promise.resolve('kept?'));
  await disk.asked();
  disk.answer(new Error('disk I/O error'));
  await expect(refused).rejects.toThrow('disk I/O error');

  // What the system dropped then is not there after a sync that succeeds.
  await expect(queue.runAtOnce(() => database.run('INSERT INTO kept VALUES (2)'))).rejects.toThrow('disk I/O error');
  expect(database.rows('SELECT value FROM kept')).toEqual([{ value: 1 }]);
});

test('what throws once it is committed is kept, is told to its own caller, and holds up nobody', async () => {
  const { queue, database, disk } = await openQueue();
  const mistake = new Error('on purpose');
  const insert = (value: number, onCommit = () => {}) =>
    queue.runAtOnce(() => database.run('INSERT INTO kept VALUES (?)', value), { onCommit });
  const told: number[] = [];
  const throws = () => {
    throw mistake;
  };
  const together = Promise.allSettled([insert(1, throws), insert(2, () => told.push(2))]);
  await disk.asked();
  expect(told).toEqual([2]);
  disk.answer();
  expect(await together).toMatchObject([{ status: 'rejected', reason: mistake }, { status: 'fulfilled' }]);
  expect(queue.failing).toBeUndefined();

  const next = insert(3);
  await disk.asked();
  disk.answer();
  await next;
  await queue.idle();
  expect(database.rows('SELECT value FROM kept')).toEqual([{ value: 1 }, { value: 2 }, { value: 3 }]);
});

test('what arrives while the disk is busy shares the next commit', async () => {
  const { queue, disk } = await openQueue();
  const first = queue.runAtOnce(() => 'first');
  await disk.asked();
  const others = [queue.runAtOnce(() => 'second'), queue.run(() => Promise.resolve('third'))];
  disk.answer();
  await first;
  await disk.asked();
  disk.answer();
  expect(await Promise.all(others)).toEqual(['second', 'third']);
  expect(disk.count).toBe(2);
});

test('a unit sees what it wrote, and others see it only when it is whole', async () => {
  const store = await openStore();
  let seenInside: unknown;
  const unit = store.write(async (transaction) => {
    await transaction.acceptEvent(newEvent({ id: 'one' }), []);
    seenInside = (await transaction.event(account.id, 'one'))?.id;
    await new Promise((resolve) => setImmediate(resolve));
    await transaction.acceptEvent(newEvent({ id: 'two' }), []);
  });
  const looks: string[][] = [];
  for (let i = 0; i < 5; i += 1) looks.push(await idsIn(store));
  await unit;
  expect(seenInside).toBe('one');
  expect(looks.every((ids) => ids.length !== 1)).toBe(true);
  expect(await idsIn(store)).toEqual(['one', 'two']);
});

test('units run in the order they came', async () => {
  const store = await openStore();
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 600 }, (_, index) =>
      store.write(async () => {
        order.push(index);
      }),
    ),
  );
  expect(order).toEqual(Array.from({ length: 600 }, (_, index) => index));
});

test('when SQLite rolled back a whole batch by itself, all of it fails with the cause', async () => {
  const { queue, disk } = await openQueue();
  const cause = new Error('database or disk is full');
  const results = await Promise.allSettled([
    queue.run(() => Promise.resolve('before')),
    queue.run(async (unit) => {
      await unit.executeQuery(CompiledQuery.raw('ROLLBACK'));
      throw cause;
    }),
  ]);
  const failed = { status: 'rejected', reason: cause };
  expect(results).toEqual([failed, failed]);
  const after = queue.run(() => Promise.resolve('after'));
  await disk.asked();
  disk.answer();
  expect(await after).toBe('after');
});

test('after close nothing is written any more, and the caller is told', async () => {
  const store = await openStore();
  await store.close();
  await expect(store.write((transaction) => transaction.acceptEvent(newEvent(), []))).rejects.toThrow();
});
