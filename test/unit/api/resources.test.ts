import { expect, test } from 'vitest';
import { webhookResource } from '../../../src/api/resources.js';
import type { Webhook } from '../../../src/model/webhook.js';

const UNTIL = Date.parse('2026-11-24T12:00:00Z');
const webhook: Webhook = {
  ...{ id: 'whk_1', url: 'https://example.com/', eventTypes: [], headers: {}, enabled: true },
  ...{ disabledReason: null, listenerId: null, signAs: null, createdAt: 0, oldSecretUntil: UNTIL },
};

test.each([
  [UNTIL - 1, '2026-11-24T12:00:00.000Z'],
  [UNTIL, null],
])('at %i the old secret of a webhook signs until %s', (now, expected) => {
  expect(webhookResource(webhook, now).oldSecretUntil).toBe(expected);
});
