import { expect, test } from 'vitest';
import type { ForwardOutcome } from '../../../../src/tunnel/local/forward.js';
import { verifying } from '../../../../src/tunnel/local/verifying.js';
import type { Deliver } from '../../../../src/tunnel/protocol.js';
import { newWebhookSecret } from '../../../../src/util/ids.js';
import { SECRET, signed, unsigned } from '../../../helpers/deliveries.js';

const answered: ForwardOutcome = { kind: 'answered', url: 'http://a/', status: 200, answer: '', durationMs: 1 };

/** A stage that knows `secrets[0]`, and gets the next ones when it asks. */
function stage(...secrets: (string | undefined | Error)[]) {
  let known = secrets.shift();
  const seen: string[] = [];
  const forwarded: Deliver[] = [];
  let asked = 0;
  const forward = verifying(
    {
      secret: () => known as string | undefined,
      askAgain: async () => {
        asked += 1;
        await new Promise(setImmediate);
        const next = secrets.shift();
        if (next instanceof Error) throw next;
        known = next;
        return next;
      },
      onArrival: (delivery, signature) => seen.push(`${delivery.id} ${signature}`),
    },
    (delivery) => {
      forwarded.push(delivery);
      return Promise.resolve(answered);
    },
  );
  return { forward, seen, forwarded, asked: () => asked };
}

test('what the service signed is forwarded with a word that it holds', async () => {
  const { forward, seen, asked } = stage(SECRET);
  expect(await forward(signed())).toBe(answered);
  expect(seen).toEqual(['ntf_1 valid']);
  expect(asked()).toBe(0);
});

test.each([
  ['a body of another', (delivery: Deliver) => ({ ...delivery, body: Buffer.from('{ }') })],
  [
    'no signature at all',
    (delivery: Deliver) => ({
      ...delivery,
      headers: delivery.headers.filter(([name]) => name !== 'webhook-signature'),
    }),
  ],
])('with %s it is not forwarded', async (_, change) => {
  const { forward, seen, forwarded, asked } = stage(SECRET, SECRET);
  expect(await forward(change(signed()))).toEqual({
    kind: 'unanswered',
    url: '',
    error: 'bad_signature',
    durationMs: 0,
  });
  expect(seen).toEqual(['ntf_1 invalid']);
  expect(forwarded).toEqual([]);
  expect(asked()).toBe(1);
});

test('a secret that was replaced is asked for, once for all that come at that moment', async () => {
  const newer = newWebhookSecret();
  const { forward, seen, asked } = stage(SECRET, newer);
  const outcomes = ['ntf_1', 'ntf_2', 'ntf_3'].map((id) => forward(signed({ id }, newer)));
  expect(await Promise.all(outcomes)).toEqual([answered, answered, answered]);
  expect(seen).toEqual(['ntf_1 valid', 'ntf_2 valid', 'ntf_3 valid']);
  expect(asked()).toBe(1);
  await forward(signed({ id: 'ntf_4' }, newer));
  expect(asked()).toBe(1);
});

test('when the service cannot be asked, what does not hold is not forwarded', async () => {
  const { forward, seen } = stage(SECRET, new Error('out of reach'));
  expect(await forward(signed({}, newWebhookSecret()))).toMatchObject({ error: 'bad_signature' });
  expect(seen).toEqual(['ntf_1 invalid']);
});

test('what came in at the inbox is its sender’s: also one that is signed, by another service of this kind', async () => {
  const { forward, seen } = stage(SECRET);
  const foreign = signed({ id: 'ntf_theirs' }, newWebhookSecret());
  expect(await forward(unsigned())).toBe(answered);
  expect(await forward({ ...foreign, id: 'ntf_ours' })).toBe(answered);
  expect(seen).toEqual(['ntf_1 none', 'ntf_ours none']);
});

test('where the secret is not known here, nothing is verified', async () => {
  const { forward, seen } = stage(undefined);
  expect(await forward(signed({}, newWebhookSecret()))).toBe(answered);
  expect(seen).toEqual(['ntf_1 none']);
});
