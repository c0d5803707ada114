import { expect, test } from 'vitest';
import { account } from '../helpers/open-store.js';
import { startHttpEngine } from '../helpers/http-engine.js';
import { startReceiver } from '../helpers/receiver.js';

const REDIRECTS = [300, 301, 302, 303, 304, 305, 306, 307, 308];

/**
 * A receiver that answers each path with its status and, as Location, what `locationOf` says of the rest of the path.
 */
const startRedirecting = (locationOf: (place: number) => string | undefined) =>
  startReceiver({
    answer(answer, { url }) {
      const [, status, place] = url.split('/').map(Number);
      const location = locationOf(place ?? 0);
      answer.writeHead(status ?? 200, location === undefined ? {} : { location }).end();
    },
  });

test('each redirect is a failure of one request, with its Location kept, wherever it leads', async () => {
  const elsewhere = await startReceiver();
  const locations = [
    ...[elsewhere.url, undefined, '', '/200/0', '//', `${elsewhere.url}\\@example.com`, 'no URL at all'],
    ...['http://169.254.169.254/latest/meta-data/', 'https://[::1]/', 'file:///etc/passwd', 'x'.repeat(8_000)],
  ];
  const receiver = await startRedirecting((place) => locations[place]);
  const paths = REDIRECTS.flatMap((status) => locations.map((_, place) => `/${status}/${place}`));

  const engine = await startHttpEngine();
  const notifications = await engine.firstAttempts(paths.map((path) => ({ url: receiver.url + path })));
  for (const [place, { id, status, lastStatus }] of notifications.entries()) {
    const code = REDIRECTS[Math.floor(place / locations.length)];
    const location = locations[place % locations.length] ?? null;
    expect({ status, lastStatus }, paths[place]).toEqual({ status: 'pending', lastStatus: code });
    expect(await engine.store.attempts(id), paths[place]).toMatchObject([{ status: code, location, error: null }]);
  }
  expect(receiver.requests.map(({ url }) => url).sort()).toEqual(paths.sort());
  expect(elsewhere.requests).toHaveLength(0);
});

test('each redirect to itself, and two that lead to each other, are failures of one request a receiver', async () => {
  const place = { one: '', two: '' };
  const itself = await startReceiver({
    answer: (answer, { url }) => answer.writeHead(Number(url.slice(1)), { location: url }).end(),
  });
  const one = await startReceiver({ answer: (answer) => answer.writeHead(308, { location: place.two }).end() });
  const two = await startReceiver({ answer: (answer) => answer.writeHead(308, { location: place.one }).end() });
  Object.assign(place, { one: one.url, two: two.url });

  const engine = await startHttpEngine();
  const urls = [...REDIRECTS.map((status) => `${itself.url}/${status}`), one.url, two.url];
  const notifications = await engine.firstAttempts(urls.map((url) => ({ url })));
  expect(notifications.map(({ lastStatus }) => lastStatus)).toEqual([...REDIRECTS, 308, 308]);
  expect([itself, one, two].map(({ requests }) => requests.length)).toEqual([REDIRECTS.length, 1, 1]);
  // What is tried again, is tried again at the webhook's own URL.
  await engine.advance(6_000);
  for (const { id } of notifications) await engine.attempts(id, 2);
  expect([itself, one, two].map(({ requests }) => requests.length)).toEqual([2 * REDIRECTS.length, 2, 2]);
  expect((await engine.store.webhooks(account.id)).every(({ enabled }) => enabled)).toBe(true);
});
