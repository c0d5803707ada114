import { CalReplyError } from '../../errors.js';
import type { Account, Calendar } from '../../model/account.js';
import type { Subscription } from '../../model/subscription.js';
import type { StoreReads } from '../../store/store.js';
import { unknownCalendar } from '../not-found.js';

/* What CalReply's calls name in their paths. What is of another account is answered like what does not exist. */

export interface OfAccount {
  Params: { accountCode: string };
}

export interface OnCalendar {
  Params: { accountCode: string; calendarCode: string };
}

/** @throws {CalReplyError} NotFound for the code of another account */
export function checkAccount(account: Account, { accountCode }: OfAccount['Params']): void {
  if (accountCode !== account.code) throw new CalReplyError('NotFound', `There is no account ${accountCode}.`);
}

/** @throws {CalReplyError} NotFound */
export async function calendarOf(
  store: Pick<StoreReads, 'calendar' | 'calendars'>,
  account: Account,
  { accountCode, calendarCode }: OnCalendar['Params'],
): Promise<Calendar> {
  const calendar = accountCode === account.code ? await store.calendar(account.id, calendarCode) : undefined;
  if (calendar) return calendar;
  const { hint } =
    accountCode === account.code
      ? unknownCalendar(calendarCode, await store.calendars(account.id))
      : { hint: `This is the account ${account.code}.` };
  throw new CalReplyError('NotFound', `There is no calendar ${accountCode}/${calendarCode}.`, { hint });
}

/**
 * A subscription with its calendar.
 *
 * @throws {CalReplyError} NotFound
 */
export async function subscriptionOf(
  store: Pick<StoreReads, 'subscription' | 'calendarById'>,
  account: Account,
  id: string,
): Promise<{ readonly subscription: Subscription; readonly calendar: Calendar }> {
  const subscription = await store.subscription(account.id, id.toLowerCase());
  const calendar = subscription && (await store.calendarById(account.id, subscription.calendarId));
  if (!subscription || !calendar) throw new CalReplyError('NotFound', `There is no subscription ${id}.`);
  return { subscription, calendar };
}
