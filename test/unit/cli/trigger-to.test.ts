import { expect, test } from 'vitest';
import type { ListenerResource } from '../../../src/api/contract.js';
import { RememberedListeners } from '../../../src/cli/remembered-listeners.js';
import { webhooksNamed } from '../../../src/cli/trigger-to.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const apiUrl = 'http://127.0.0.1:4280';

/** `--to` on a machine that remembers some names, with a service that has some listeners. */
function to(names: string[] | undefined, remembered: readonly string[], listeners: Record<string, boolean>) {
  const known = new RememberedListeners(temporaryFolder());
  for (const name of remembered) known.remember(apiUrl, name);
  const list = Object.entries(listeners).map(([name, connected]) => ({ name, connected, webhookId: `whk_${name}` }));
  const api = { apiUrl, listeners: () => Promise.resolve({ listeners: list as ListenerResource[] }) };
  return webhooksNamed(names, api, known);
}

test('without --to it goes to everybody', async () => {
  expect(await to(undefined, ['laptop'], { laptop: true })).toBeUndefined();
});

test('webhooks are named by their ids', async () => {
  expect(await to(['whk_1', 'whk_2'], [], {})).toEqual(['whk_1', 'whk_2']);
  expect(await to(['whk_1, whk_2', 'whk_3'], [], {})).toEqual(['whk_1', 'whk_2', 'whk_3']);
});

test.each([[''], ['whk_1,'], [' ']])('--to “%s” names nothing, which is not everybody', async (name) => {
  await expect(to([name], [], {})).rejects.toMatchObject({ code: 'WrongUse', message: '--to names no webhook.' });
});

test('mine are the connected listeners of this machine, beside others that are named', async () => {
  const listeners = { laptop: true, second: true, away: false, colleague: true };
  expect(await to(['mine', 'whk_1'], ['laptop', 'second', 'away', 'removed'], listeners)).toEqual([
    'whk_1',
    'whk_laptop',
    'whk_second',
  ]);
});

test.each([
  ['none was ever opened', [], { colleague: true }],
  ['all are away', ['laptop'], { laptop: false }],
])('mine is an error that says what to do when %s', async (_, remembered, listeners) => {
  await expect(to(['mine'], remembered, listeners as Record<string, boolean>)).rejects.toMatchObject({
    code: 'NotFound',
    exitCode: 4,
    message: `No listener of this machine is connected to ${apiUrl}.`,
    hint: 'Start one with: calreply listen --forward-to 3000',
  });
});
