import { expect, test } from 'vitest';
import { account } from '../helpers/open-store.js';
import { startHttpEngine } from '../helpers/http-engine.js';
import { startReceiver } from '../helpers/receiver.js';
import { wholeFaults } from '../helpers/whole-faults.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** The wait after a first attempt, with a jitter of nothing. */
const SCHEDULED = 5 * SECOND;
const LONGEST = 15 * MINUTE;
/** Where the clock of these tests stands. */
const NOW = 'Mon, 23 Nov 2026 12:00:00 GMT';

/** Every form of Retry-After, and how long a receiver is left alone that sends it with 429 or 503. */
const FORMS: readonly (readonly [header: string | readonly string[] | undefined, wait: number])[] = [
  [undefined, SCHEDULED],
  ['', SCHEDULED],
  ['0', SCHEDULED],
  ['3', SCHEDULED],
  ['60', MINUTE],
  ['900', LONGEST],
  ['901', LONGEST],
  ['999999999999999999999999', LONGEST],
  ['-60', SCHEDULED],
  ['+60', SCHEDULED],
  ['60.5', SCHEDULED],
  ['1e3', SCHEDULED],
  ['soon', SCHEDULED],
  ['60, 120', SCHEDULED],
  ['Mon, 23 Nov 2026 12:02:00 GMT', 2 * MINUTE],
  ['Monday, 23-Nov-26 12:02:00 GMT', 2 * MINUTE],
  ['Mon Nov 23 12:02:00 2026', 2 * MINUTE],
  [NOW, SCHEDULED],
  ['Sun, 06 Nov 1994 08:49:37 GMT', SCHEDULED],
  ['Fri, 31 Dec 9999 23:59:59 GMT', LONGEST],
  ['Mon, 32 Nov 2026 12:02:00 GMT', SCHEDULED],
  ['2026-11-23T12:02:00Z', SCHEDULED],
  // The first of several holds.
  [['60', '120'], MINUTE],
  [['soon', '120'], SCHEDULED],
];

/** At least one of each class; where 429 and 503 are, Retry-After counts. */
const STATUSES = [200, 204, 226, 299, 302, 304, 400, 401, 404, 408, 410, 425, 429, 500, 502, 503, 504, 599, 999];

const RETRY_AFTER_COUNTS = [429, 503];

interface Case {
  readonly path: string;
  readonly status: number;
  readonly form: (typeof FORMS)[number];
}
/** Where Retry-After means nothing, a few forms do for `npm test`. */
const isWanted = (status: number, place: number) =>
  wholeFaults || RETRY_AFTER_COUNTS.includes(status) || [0, 4, 12, 14].includes(place);
const CASES: readonly Case[] = STATUSES.flatMap((status) =>
  FORMS.map((form, place) => ({ path: `/${status}/${place}`, status, form })).filter((_, place) =>
    isWanted(status, place),
  ),
);

const isSuccess = (status: number) => status >= 200 && status < 300;

/** What becomes of a notification that was answered so, and after how long; null when nothing more is sent. */
function expected({ status, form: [, wait] }: Case): { status: string; wait: number | null } {
  if (isSuccess(status)) return { status: 'delivered', wait: null };
  if (status === 410) return { status: 'failed', wait: null };
  return { status: 'pending', wait: RETRY_AFTER_COUNTS.includes(status) ? wait : SCHEDULED };
}

test('each status does what it says, with each form of Retry-After, and the receiver is left alone until then', async () => {
  const seen = new Map<string, number>();
  const receiver = await startReceiver({
    answer(answer, { url }) {
      seen.set(url, (seen.get(url) ?? 0) + 1);
      const [, status, place] = url.split('/').map(Number);
      const [header] = FORMS[place ?? 0] ?? [];
      // The second attempt is taken, so that the third does not come into the picture.
      if (seen.get(url) === 2) answer.writeHead(200).end();
      else
        answer
          .writeHead(
            status ?? 200,
            [header ?? []].flat().flatMap((text) => ['retry-after', text]),
          )
          .end();
    },
  });
  const engine = await startHttpEngine();
  const start = engine.clock.now();
  expect(new Date(start).toUTCString()).toBe(NOW);

  const first = await engine.firstAttempts(CASES.map(({ path }) => ({ url: receiver.url + path })));
  for (const [place, { id, status, nextAttemptAt }] of first.entries()) {
    const one = CASES[place];
    if (!one) throw new Error(`There is no case for ${id}.`);
    const wait = nextAttemptAt === null ? null : nextAttemptAt - start;
    expect({ status, wait }, `${one.status}, Retry-After: ${String(one.form[0])}`).toEqual(expected(one));
  }

  const webhooks = await engine.store.webhooks(account.id);
  const off = webhooks.filter(({ enabled }) => !enabled);
  expect(off.map(({ url }) => new URL(url).pathname.split('/')[1])).toEqual(
    CASES.filter(({ status }) => status === 410).map(() => '410'),
  );
  expect(new Set(off.map(({ disabledReason }) => disabledReason))).toEqual(
    new Set(['The receiver answered 410 Gone.']),
  );

  // Not a millisecond earlier than asked, and then at once: to the receiver itself, on the clock of the service.
  const waits = CASES.map((one) => expected(one).wait);
  const notYet = () => CASES.filter((_, place) => waits[place] !== null && seen.get(CASES[place]?.path ?? '') === 1);
  for (const at of [...new Set(waits)].filter((wait) => wait !== null).sort((one, other) => one - other)) {
    const due = first.filter((_, place) => waits[place] === at);
    await engine.advance(start + at - 1 - engine.clock.now());
    expect(notYet().length).toBe(waits.filter((wait) => wait !== null && wait >= at).length);
    await engine.advance(1);
    for (const { id } of due) await engine.attempts(id, 2);
  }
  for (const { path, status } of CASES) expect(seen.get(path), path).toBe(isSuccess(status) || status === 410 ? 1 : 2);
});
