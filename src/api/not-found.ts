import { CalReplyError } from '../errors.js';
import type { Calendar } from '../model/account.js';
import type { Webhook } from '../model/webhook.js';
import { isGuid } from '../util/ids.js';

/* What is said of something that is not there: each time with the next step. */

/** @param webhooks those there are: who names one by its URL is told its id */
export function unknownWebhook(id: string, webhooks: readonly Pick<Webhook, 'id' | 'url'>[] = []): CalReplyError {
  const meant = webhooks.find(({ url }) => url === id);
  const hint = meant ? `That is the URL of ${meant.id}: name it by its id.` : 'See them with: calreply webhooks list';
  return new CalReplyError('NotFound', `There is no webhook ${id}.`, { hint });
}

export function unknownEvent(id: string): CalReplyError {
  const hint = id.startsWith('ntf_')
    ? `That is a notification. See: calreply notifications show ${id}`
    : 'See them with: calreply events list';
  return new CalReplyError('NotFound', `There is no event ${id}.`, { hint });
}

export function unknownNotification(id: string): CalReplyError {
  const hint = isGuid(id)
    ? `That looks like an event. See: calreply notifications list --event ${id}`
    : 'See them with: calreply notifications list';
  return new CalReplyError('NotFound', `There is no notification ${id}.`, { hint });
}

export function unknownListener(id: string): CalReplyError {
  return new CalReplyError('NotFound', `There is no listener ${id}.`);
}

/** @param calendars those there are */
export function unknownCalendar(code: string, calendars: readonly Pick<Calendar, 'code'>[]): CalReplyError {
  const codes = calendars.slice(0, MOST_TOLD).map((calendar) => calendar.code);
  const more = calendars.length > MOST_TOLD ? ` and ${calendars.length - MOST_TOLD} more` : '';
  const hint = codes.length === 0 ? 'The account has no calendar.' : `There are: ${codes.join(', ')}${more}`;
  return new CalReplyError('NotFound', `There is no calendar ${code}.`, { hint });
}

const MOST_TOLD = 10;
