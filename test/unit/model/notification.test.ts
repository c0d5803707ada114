import { expect, test } from 'vitest';
import { blockOf, type WebhookState } from '../../../src/model/notification.js';

test.each<[string, WebhookState, string | null, string | null]>([
  ['a webhook that is on', 'on', null, null],
  ['one that is off', 'off', null, 'webhook_off'],
  ['one that was removed', 'removed', null, 'webhook_removed'],
  ['a listener that is connected', 'on', 'lst_here', null],
  ['one that is not', 'on', 'lst_away', 'listener_away'],
  ['one that was removed while it was away', 'removed', 'lst_away', 'webhook_removed'],
])('what keeps a notification from %s is told', (_, webhookState, listenerId, block) => {
  expect(blockOf({ webhookState, listenerId }, (id) => id === 'lst_here')).toBe(block);
});
