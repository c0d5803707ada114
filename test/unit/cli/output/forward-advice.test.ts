import { describe, expect, test } from 'vitest';
import { withoutColors } from '../../../../src/cli/output/colors.js';
import { forwardAdvice, type AdviceOptions } from '../../../../src/cli/output/forward-advice.js';
import { NOTHING_SEEN, type ForwardProblem } from '../../../../src/listen/forward-problems.js';

withoutColors();

const advice = (problem: Partial<ForwardProblem>, options: Partial<AdviceOptions> = {}) =>
  forwardAdvice(
    { ...NOTHING_SEEN, url: 'http://localhost:3000/hooks', eventType: 'Subscribe', ...problem },
    { reveal: false, ...options },
  );

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

test.each<[string, Partial<ForwardProblem>, RegExp]>([
  [
    'with its path in it, which is added to each target',
    { location: 'https://localhost:3000/hooks/github?a=1' },
    /To send there: --forward-to https:\/\/localhost:3000\/hooks$/,
  ],
  [
    'of a target with a query',
    { url: 'http://localhost/in/github?key=1&a=1', location: '/new/github?key=1&a=1' },
    /--forward-to 'http:\/\/localhost\/new\?key=1'$/,
  ],
  [
    'to the same with a slash, which no target can add',
    { location: '/hooks/github/?a=1' },
    /and http:\/\/localhost:3000\/hooks\/github\/\?a=1 differs only in the slash.* The sender has to/,
  ],
  ['to a place without its path', { location: '/login' }, /The app sends to http:\/\/localhost:3000\/login\.$/],
])('a redirect of an inbox request %s', (_, problem, expected) => {
  const sent = { url: 'http://localhost:3000/hooks/github?a=1', inboxPath: '/github?a=1', eventType: 'Inbox' };

  expect(advice({ status: 307, ...sent, ...problem })).toMatch(expected);
});

test.each([
  [false, '/login?email=d•••@example.com&last_name=S•••'],
  [true, '/login?email=dana@example.com&last_name=Smith'],
])('a redirect shows a person in its URL only when that is revealed: %s', (reveal, shown) => {
  const text = advice({ status: 302, location: '/login?email=dana@example.com&last_name=Smith' }, { reveal });

  expect(text).toContain(`--forward-to 'http://localhost:3000${shown}'`);
});

describe.each<[string, Partial<ForwardProblem>, string, string]>([
  ['of an http port', { error: 'tls_failed', systemCode: 'EPROTO' }, 'https://localhost:3000', 'http://localhost:3000'],
  ['of an https port', { status: 400, isTlsPort: true }, 'http://localhost:3000', 'https://localhost:3000'],
  ['of a reset', { error: 'connection_reset', isTlsPort: true }, 'http://localhost:3000', 'https://localhost:3000'],
  ['of no HTTP', { error: 'bad_answer', isTlsPort: true }, 'http://localhost:3000', 'https://localhost:3000'],
  [
    'of the other address',
    { error: 'connection_refused', openAt: 'http://[::1]:3000/' },
    'http://127.0.0.1:3000',
    'http://localhost:3000',
  ],
  [
    'of a container',
    { error: 'connection_refused', isInContainer: true },
    'http://localhost:3000',
    'http://host.docker.internal:3000',
  ],
])('the command for an inbox request, %s,', (_, problem, from, to) => {
  const inboxPath = '/github?lastName=Smith';
  const sent = { ...problem, eventType: 'Inbox', inboxPath };

  test('leaves out what is added to each target', () => {
    expect(advice({ ...sent, url: `${from}/hooks${inboxPath}` })).toMatch(new RegExp(`--forward-to ${to}/hooks$`));
  });

  test.each([
    [false, 'S•••'],
    [true, 'Smith'],
  ])('shows a person in the target only when that is revealed: %s', (reveal, shown) => {
    const url = `${from}/hooks/github?last_name=Smith&${inboxPath.split('?')[1] ?? ''}`;

    expect(advice({ ...sent, url }, { reveal })).toContain(`--forward-to '${to}/hooks?last_name=${shown}'`);
  });

  test('is not there when no target leads to it', () => {
    const text = advice({ ...sent, url: `${from}/other?lastName=Smith` });

    expect(text).toMatch(/[.?]$/);
    expect(text).not.toMatch(/--forward-to|Smith/);
  });
});

test.each<[string, Partial<ForwardProblem>, AdviceOptions['signatures'], RegExp]>([
  ['recorded', {}, 'recorded', /as old as the recording\. With the app’s secret in CALREPLY_WEBHOOK_SECRET/],
  ['made anew', {}, 'made anew', /the secret in CALREPLY_WEBHOOK_SECRET, which signs this replay\.$/],
  [
    'of a sender',
    { eventType: 'Inbox' },
    'made anew',
    /secret of the sender\. The signature is as old as the recording/,
  ],
])('a replay with signatures that are %s is refused', (_, problem, signatures, expected) => {
  const text = advice({ status: 401, ...problem }, { signatures });

  expect(text).toMatch(expected);
  expect(text).not.toContain('--print-secret');
});

test('no word of an app recolours a line', () => {
  const text = advice({ status: 302, location: 'http://a/\u001b[31m' });
  expect(text).not.toContain('\u001b[31m');
});
