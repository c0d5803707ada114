import { expect, test } from 'vitest';
import { unknownCalendar, unknownEvent, unknownNotification, unknownWebhook } from '../../../src/api/not-found.js';

const GUID = '0f1d5918-052d-4915-89a7-8cc9c4d33492';
const webhook = { id: 'whk_1', url: 'https://example.com/hooks' };
const codes = (count: number) => Array.from({ length: count }, (_, i) => ({ code: `c${i}` }));

test.each([
  [unknownWebhook('whk_2', [webhook]), 'See them with: calreply webhooks list'],
  [unknownWebhook(webhook.url, [webhook]), 'That is the URL of whk_1: name it by its id.'],
  [unknownEvent('nothing'), 'See them with: calreply events list'],
  [unknownEvent('ntf_1'), 'That is a notification. See: calreply notifications show ntf_1'],
  [unknownNotification('ntf_1'), 'See them with: calreply notifications list'],
  [unknownNotification(GUID), `That looks like an event. See: calreply notifications list --event ${GUID}`],
  [unknownCalendar('nope', codes(2)), 'There are: c0, c1'],
  [unknownCalendar('nope', codes(12)), 'There are: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 2 more'],
  [unknownCalendar('nope', []), 'The account has no calendar.'],
])('%s is followed by what to do', (error, hint) => {
  expect(error).toMatchObject({ code: 'NotFound', hint });
});
