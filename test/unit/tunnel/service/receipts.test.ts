import { expect, test } from 'vitest';
import { watchReceipts } from '../../../../src/tunnel/service/receipts.js';
import { FakeClock } from '../../../helpers/fake-clock.js';

function watched() {
  const clock = new FakeClock();
  let silences = 0;
  const receipts = watchReceipts(clock, () => (silences += 1));
  return { clock, receipts, silences: () => silences };
}

test('a delivery that is not acknowledged for ten seconds shows that the link is dead', async () => {
  const { clock, receipts, silences } = watched();
  receipts.sent('1');
  await clock.advance(9_999);
  expect(silences()).toBe(0);
  await clock.advance(1);
  expect(silences()).toBe(1);
});

test('each acknowledgement gives the others their ten seconds anew: a slow link is not a dead one', async () => {
  const { clock, receipts, silences } = watched();
  for (const id of ['1', '2', '3']) receipts.sent(id);
  for (const id of ['1', '2', '3']) {
    await clock.advance(9_000);
    receipts.received(id);
  }

  await clock.advance(60_000);
  expect(silences()).toBe(0);
  expect(clock.timerCount).toBe(0);
});

test('nothing is watched any more after the end', async () => {
  const { clock, receipts, silences } = watched();
  receipts.sent('1');
  receipts.stop();
  await clock.advance(60_000);
  expect(silences()).toBe(0);
});
