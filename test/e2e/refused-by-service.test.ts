import { afterAll, beforeAll, expect, test } from 'vitest';
import { failure } from '../helpers/failure.js';
import { Home } from '../helpers/home.js';

const home = new Home(afterAll);

beforeAll(async () => {
  await home.serve();
});

test.each([
  ['a URL that is none', ['webhooks', 'add', 'nonsense'], 2, 'InvalidUrl', /^“nonsense” is not a URL\./],
  ['a URL of another kind', ['webhooks', 'add', 'ftp://example.com'], 2, 'InvalidUrl', /^“ftp:/],
  [
    'a header that is ours',
    ['webhooks', 'add', 'https://example.com', '--header', 'Webhook-Id: 1'],
    2,
    'InvalidRequest',
    /webhook-id/i,
  ],
  [
    'a value that the event has not',
    ['events', 'trigger', 'test', '--set', 'no.such=1'],
    2,
    'InvalidRequest',
    /^Nothing in this event is called “no\.such”\. It has: .+\.$/,
  ],
  ['an unknown webhook', ['webhooks', 'show', 'whk_nobody'], 4, 'NotFound', /^There is no webhook whk_nobody\.$/],
  [
    'an unknown webhook to remove',
    ['webhooks', 'remove', 'whk_nobody', '--yes'],
    4,
    'NotFound',
    /^There is no webhook whk_nobody\.$/,
  ],
  [
    'an unknown webhook to trigger for',
    ['events', 'trigger', 'test', '--to', 'whk_nobody'],
    4,
    'NotFound',
    /^There is no webhook whk_nobody\.$/,
  ],
  [
    'an unknown calendar',
    ['events', 'trigger', 'subscribe', '--calendar', 'none'],
    4,
    'NotFound',
    /^There is no calendar none\.$/,
  ],
  ['an unknown event', ['events', 'show', 'nothing'], 4, 'NotFound', /^There is no event nothing\.$/],
  ['an unknown notification', ['notifications', 'show', 'ntf_1'], 4, 'NotFound', /^There is no notification ntf_1\.$/],
])('%s', async (_, args, exitCode, code, reason) => {
  expect(await failure(home, args)).toMatchObject({ exitCode, code, reason: expect.stringMatching(reason) });
});

test('removing a webhook asks first, and says so where it cannot', async () => {
  const { id } = await home.json<{ id: string }>(['webhooks', 'add', 'https://example.com']);

  const failed = await failure(home, ['webhooks', 'remove', id]);

  expect(failed).toMatchObject({ exitCode: 2, reason: '--yes is missing, and there is no terminal to ask for it.' });
});
