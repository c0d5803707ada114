import { expect, test } from 'vitest';
import { withoutSecrets } from '../../../src/server/without-secrets.js';

test.each([
  ['a secret of a webhook', 'key whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD/x= is bad', 'key whsec_[hidden] is bad'],
  ['a secret of a client', 'secret_0a1b2c3d', 'secret_[hidden]'],
  ['a token', '{"authorization":"Bearer abc.def-~+/="}', '{"authorization":"Bearer [hidden]"}'],
  ['credentials', 'basic dXNlcjpwYXNz', 'basic [hidden]'],
  ['an e-mail address', 'to dana.o-neil+x@mail.example.co.uk.', 'to [e-mail].'],
  ['the query of a URL', 'GET https://a.example?token=1&b=2 failed', 'GET https://a.example/[hidden] failed'],
  ['the path of a URL', '"https://hooks.example:8443/T0/B0/xyz"', '"https://hooks.example:8443/[hidden]"'],
  [
    'who a URL logs in as',
    'wss://ann:pw@a.example and http://ann:pw@b.example/x',
    'wss://[hidden]@a.example and http://b.example/[hidden]',
  ],
  ['an inbox', '/in/lst_0123456789abcdef', '/in/lst_0123…'],
])('takes out %s', (_, text, expected) => {
  expect(withoutSecrets(text)).toBe(expected);
});

test('leaves what helps as it is, and JSON stays JSON', () => {
  const text = JSON.stringify({
    url: 'http://127.0.0.1:4280',
    notification: 'ntf_01k9x',
    webhook: 'whk_7d2',
    msg: 'at file:///app/main.js:1:2 ',
  });

  expect(withoutSecrets(text)).toBe(text);
  expect(
    () => JSON.parse(withoutSecrets(JSON.stringify({ a: 'https://a.example/?"x\\', b: '"whsec_x"' }))) as unknown,
  ).not.toThrow();
});

test('takes no time for a long text that is almost something', () => {
  const startedAt = performance.now();
  for (const part of ['a', 'https://', 'a@', 'a.', 'https://a:']) withoutSecrets(part.repeat(100_000));

  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
