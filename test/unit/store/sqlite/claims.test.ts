import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newEngine } from '../../../helpers/engine.js';
import { accept, account, addWebhook, openStore } from '../../../helpers/open-store.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';

const until = Date.parse('2099-01-01T00:00:00Z');
const request = { claim: 'dead', now: 1, until, limit: 10, perWebhook: 10, reachableListeners: [] };

test('what a process held when it ended is free at the next start', async () => {
  const folder = temporaryFolder();
  const dying = await openStore(folder);
  const webhook = await addWebhook(dying);
  const id = await accept(dying, { createdAt: 0 }, webhook);
  expect((await dying.claim(request)).claimed).toHaveLength(1);
  await dying.close();

  const engine = await newEngine(folder);
  engine.start();
  await engine.settle();
  expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'delivered', attemptCount: 1 });
});

test('what cannot be recorded is not claimed', async () => {
  const folder = temporaryFolder();
  const store = await openStore(folder);
  const webhook = await addWebhook(store);
  await accept(store, {}, webhook);
  rmSync(folder, { recursive: true });
  await expect(store.checkWritable()).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  await expect(store.claim(request)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
});
