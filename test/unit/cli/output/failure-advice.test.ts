import { expect, test } from 'vitest';
import { failureAdvice } from '../../../../src/cli/output/failure-advice.js';

const url = 'http://localhost:3000/hooks';
const answer = (status: number, location?: string) =>
  failureAdvice({ kind: 'answered', url, status, answer: '', durationMs: 3, location });

test('nothing is said of success', () => {
  expect(answer(204)).toBeUndefined();
});

test('a redirect says where to forward to, and when it is only for a slash', () => {
  expect(answer(301, '/hooks/')).toBe('The path needs a slash at its end: --forward-to http://localhost:3000/hooks/');
  expect(answer(302, 'https://example.com/in')).toBe('Redirects are not followed: --forward-to https://example.com/in');
  expect(answer(307)).toContain('Redirects are not followed');
});

test('a refusal asks about the raw body and the secret', () => {
  expect(answer(401)).toMatch(/--print-secret.*raw body/);
});

test.each([
  ['timeout', /within 30 s.*--timeout 0/],
  ['connection_reset', /crashed/],
  ['tls_failed', /--ca FILE/],
] as const)('%s says what to try', (error, advice) => {
  expect(failureAdvice({ kind: 'unanswered', url, error, durationMs: 30_000 })).toMatch(advice);
});
