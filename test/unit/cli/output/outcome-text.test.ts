import { expect, test } from 'vitest';
import { exchangeText, type ExchangeEnd } from '../../../../src/cli/output/outcome-text.js';

test.each<[Partial<ExchangeEnd>, string]>([
  [{ status: 200 }, '← 200  12 ms'],
  [{ status: 302, location: '/login' }, '← 302 → /login  12 ms'],
  [{ error: 'timeout', durationMs: 30_000 }, '✗ no answer in time  30.0 s'],
  [{ error: 'connection_refused', durationMs: 2 }, '✗ the connection was refused'],
])('%j is shown as %s', (end, text) => {
  expect(exchangeText({ status: null, error: null, durationMs: 12, ...end })).toBe(text);
});

test('what an app sends elsewhere by is shown as far as is wanted, and acts on no terminal', () => {
  const end = { status: 302, error: null, location: '/\u001b[31m?secret', durationMs: 1 };

  expect(exchangeText(end, { shownUrl: (url) => url.replace('secret', '•••') })).toBe('← 302 → /�[31m?•••  1 ms');
});
