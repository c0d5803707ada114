import { expect, test } from 'vitest';
import { isReservedHeader } from '../../../src/model/webhook.js';

test.each([
  ['of the message', ['Content-Type', 'content-encoding', 'HOST', 'user-agent']],
  ['of the connection', ['Connection', 'Transfer-Encoding', 'TE', 'Proxy-Authenticate', 'proxy-authorization']],
  ['of ours', ['webhook-id', 'Webhook-Anything', 'CalReply-Attempt']],
])('a header %s cannot be a merchant’s own', (_, names) => {
  for (const name of names) expect(isReservedHeader(name), name).toBe(true);
});

test.each(['Authorization', 'X-Team', 'Cookie', 'x-webhook-id', 'Content-Language'])('%s can', (name) => {
  expect(isReservedHeader(name)).toBe(false);
});
