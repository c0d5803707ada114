import { expect, test } from 'vitest';
import type { Store } from '../../../../src/store/store.js';
import { accept, addWebhook } from '../../../helpers/open-store.js';
import { connectedTo, openOn, storesOnOne } from '../../../helpers/postgres-stores.js';
import { waitUntil } from '../../../helpers/wait-until.js';

/** How often it is told. Looking from time to time tells as well, every second. */
function count(subscribe: (listener: () => void) => () => void): { times: number } {
  const counted = { times: 0 };
  subscribe(() => (counted.times += 1));
  return counted;
}

/** Waits until both listen: what is said before is heard by nobody. */
async function listening(url: string, least: number): Promise<void> {
  const client = await connectedTo(url);
  await waitUntil('both listen', async () => {
    const { rows } = await client.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    );
    return rows.length >= least;
  });
}

test('what one process accepts, the others hear of at once, and many at once as few', async () => {
  const { url, stores } = await storesOnOne(2);
  const [one, other] = stores as [Store, Store];
  await listening(url, 2);
  const webhook = await addWebhook(one);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const due = count((listener) => other.onDue(listener));
  const startedAt = performance.now();
  for (let round = 0; round < 10; round += 1) {
    const before = due.times;
    await accept(one, {}, webhook);
    await waitUntil('it is told', () => due.times > before);
  }

  // Whoever only looks from time to time would have taken ten seconds.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  const before = due.times;
  await Promise.all(Array.from({ length: 200 }, () => accept(one, {}, webhook)));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(due.times - before).toBeLessThan(100);
});

test('a process whose connection for that is cut connects anew, and hears again', async () => {
  const { url, stores } = await storesOnOne(2);
  const [one, other] = stores as [Store, Store];
  await listening(url, 2);
  const client = await connectedTo(url);
  await client.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()",
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  await listening(url, 2);
  const heard = count((listener) => other.onWrite(listener));
  const webhook = await addWebhook(one);
  await accept(one, {}, webhook);
  await waitUntil('it is told', () => heard.times > 0);
});

test('while it cannot listen, a process looks every second, and says so once', async () => {
  const { url } = await storesOnOne(0);
  const nowhere = new URL(url);
  nowhere.pathname = '/nowhere';
  const said: string[] = [];
  const store = await openOn(url, { listenUrl: nowhere.href, say: (text) => said.push(text) });
  const looks = count((listener) => store.onDue(listener));
  await waitUntil('it looks, and says why', () => looks.times >= 2 && said.length > 0);
  expect(said).toEqual([expect.stringContaining('do not hear of each other')]);
  expect(said.join()).not.toContain('postgres://');
});
