import { expect, test } from 'vitest';
import { withoutColors } from '../../../../src/cli/output/colors.js';
import { forwardAdvice } from '../../../../src/cli/output/forward-advice.js';
import type { ForwardProblem } from '../../../../src/listen/forward-problems.js';

withoutColors();

const advice = (problem: Partial<ForwardProblem>) =>
  forwardAdvice({
    url: 'http://localhost:3000/hooks',
    eventType: 'Subscribe',
    status: null,
    location: null,
    error: null,
    systemCode: null,
    openAt: null,
    isTlsPort: false,
    isInContainer: false,
    ...problem,
  });

test.each<[string, Partial<ForwardProblem>, RegExp]>([
  [
    'a slash',
    { status: 301, location: '/hooks/' },
    /only in the slash .* --forward-to http:\/\/localhost:3000\/hooks\/$/,
  ],
  ['another place', { status: 302, location: '/login' }, /To send there: --forward-to http:\/\/localhost:3000\/login$/],
  ['a redirect to nowhere', { status: 307 }, /^Redirects are not followed: only an answer of 2xx/],
  ['401', { status: 401 }, /raw body.*listener’s secret \(--print-secret, or --write-env \.env\)/],
  ['403 to an inbox request', { status: 403, eventType: 'Inbox' }, /secret of the sender/],
  ['404', { status: 404 }, /not at this path\. For another: --forward-to/],
  ['405', { status: 405 }, /takes no POST/],
  ['410', { status: 410 }, /not sent again by itself/],
  ['413', { status: 413 }, /smaller bodies/],
  ['415', { status: 415 }, /application\/json/],
  [
    '400 of an https port',
    { status: 400, isTlsPort: true },
    /speaks https\. Use: --forward-to https:\/\/localhost:3000/,
  ],
  ['a reset', { error: 'connection_reset' }, /closed the connection/],
  ['a reset of an https port', { error: 'connection_reset', isTlsPort: true }, /--forward-to https:/],
  ['no HTTP', { error: 'bad_answer' }, /does not speak HTTP/],
  ['a breakpoint', { error: 'timeout' }, /--timeout 0/],
  ['a name', { error: 'name_not_found', url: 'http://crm.test/' }, /No address is found for crm\.test/],
  [
    'the other address',
    { error: 'connection_refused', url: 'http://127.0.0.1:3000/hooks', openAt: 'http://[::1]:3000/hooks' },
    /something listens at \[::1\]:3000\. For both: --forward-to http:\/\/localhost:3000\/hooks$/,
  ],
  [
    'a container',
    { error: 'connection_refused', isInContainer: true },
    /container itself\. .* --forward-to http:\/\/host\.docker\.internal:3000\/hooks$/,
  ],
  [
    'an http port',
    { error: 'tls_failed', systemCode: 'EPROTO', url: 'https://localhost:3000/' },
    /does not speak TLS\. .* --forward-to http:\/\/localhost:3000\/$/,
  ],
  [
    'a certificate of one’s own',
    { error: 'tls_failed', systemCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    /self-signed\. To trust who issued it: --ca FILE; to take any: --insecure$/,
  ],
  ['a clock', { error: 'tls_failed', systemCode: 'CERT_NOT_YET_VALID' }, /clock of this machine/],
])('%s', (_, problem, expected) => {
  expect(advice(problem)).toMatch(expected);
});

test.each<Partial<ForwardProblem>>([
  { status: 500 },
  { status: 400 },
  { error: 'failed' },
  { error: 'connection_refused' },
  { error: 'connection_refused', isInContainer: true, url: 'http://crm.test/' },
])('nothing is said where nothing is known: %j', (problem) => {
  expect(advice(problem)).toBeUndefined();
});

test('no word of an app recolours a line', () => {
  const text = advice({ status: 302, location: 'http://a/\u001b[31m' });
  expect(text).not.toContain('\u001b[31m');
});
