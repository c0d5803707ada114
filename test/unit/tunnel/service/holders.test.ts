import { expect, test } from 'vitest';
import { HELD_AFTER_SILENCE, holders } from '../../../../src/tunnel/service/holders.js';
import type { Link } from '../../../../src/tunnel/service/link.js';
import { FakeClock } from '../../../helpers/fake-clock.js';

const ID = 'lst_1';

function held() {
  const clock = new FakeClock();
  return { clock, all: holders(clock) };
}

const linkOf = (session: string) => ({ session, client: `client of ${session}` }) as Link;

test('a link holds its listener for as long as it is up', async () => {
  const { clock, all } = held();
  const link = linkOf('one');
  all.take(ID, link);
  await clock.advance(HELD_AFTER_SILENCE * 2);
  expect(all.link(ID)).toBe(link);
  expect(all.holder(ID)).toBe(link);
  all.ended(ID, link, false);
  expect(all.link(ID)).toBeUndefined();
  expect(all.holder(ID)).toBeUndefined();
});

test('a session whose link went silent holds the listener for half a minute without one', async () => {
  const { clock, all } = held();
  const link = linkOf('one');
  all.take(ID, link);
  all.ended(ID, link, true);
  await clock.advance(29_999);
  expect(all.link(ID)).toBeUndefined();
  expect(all.holder(ID)).toEqual({ session: 'one', client: 'client of one' });
  await clock.advance(1);
  expect(all.holder(ID)).toBeUndefined();
});

test('the date may be set meanwhile', () => {
  const { clock, all } = held();
  const link = linkOf('one');
  all.take(ID, link);
  all.ended(ID, link, true);
  clock.jump(3_600_000);
  expect(all.holder(ID)).toBeDefined();
});

test('a listener that was released is nobody’s', () => {
  const { all } = held();
  const link = linkOf('one');
  all.take(ID, link);
  all.ended(ID, link, true);
  all.release(ID);
  expect(all.holder(ID)).toBeUndefined();
});

test('the next link holds the listener in the place of the silent one, and nothing is left of that when it ends', () => {
  const { all } = held();
  const [first, second] = [linkOf('one'), linkOf('one')];
  all.take(ID, first);
  all.ended(ID, first, true);
  all.take(ID, second);
  all.ended(ID, second, false);
  expect(all.holder(ID)).toBeUndefined();
});

test('the end of a link whose place another has changes nothing', () => {
  const { all } = held();
  const [first, second] = [linkOf('one'), linkOf('two')];
  all.take(ID, first);
  all.take(ID, second);
  all.ended(ID, first, true);
  expect(all.link(ID)).toBe(second);
  expect(all.holder(ID)).toBe(second);
});
