import type { Subscribed, SubscriptionResource } from '../../api/contract.js';
import { typedWord } from '../../util/shell-word.js';
import { dim, green } from './colors.js';
import { renderTable } from './table.js';
import { printable } from './terminal.js';
import { command, localTime, renderFields } from './text.js';

/** What `subscriptions create` led to. */
export function renderSubscribed(subscribed: Subscribed, calendar: string): string {
  const { subscriptionId, subscriptionUrl, username, isNewSubscription } = subscribed;
  const done = isNewSubscription
    ? `${green('✓')} Subscribed to ${printable(calendar)}.`
    : `${green('✓')} ${printable(username)} is subscribed to ${printable(calendar)} already; nobody is told.`;
  const fields = renderFields([
    ['subscription', printable(subscriptionId)],
    ['user name', printable(username)],
    ['calendar URL', printable(subscriptionUrl)],
  ]);
  return `${done}\n${fields}`;
}

export function renderSubscription(subscription: SubscriptionResource): string {
  const { calendar, tags, createdAt, isActive, deactivatedDate } = subscription;
  const shown = subscription.eventsVisibleToSubscription ?? [];
  const ended = deactivatedDate === null ? '' : ` ${localTime(deactivatedDate)}`;
  return renderFields([
    ['subscription', printable(subscription.subscriptionId)],
    ['state', isActive ? green('active') : dim(`ended${ended}`)],
    ['calendar', printable(`${calendar.name} (${calendar.code})`)],
    ['e-mail', text(subscription.emailAddress)],
    ['subscriber id', text(subscription.subscriberId)],
    ['tags', tags.length === 0 ? null : printable(tags.map(({ name }) => name).join(', '))],
    ['marketing', yesOrNo(subscription.marketingAllowed)],
    ['additional opt-in', yesOrNo(subscription.additionalOptIn)],
    ['zip code', text(subscription.channelFinderZipCode)],
    ['time zone', text(subscription.timezoneId)],
    ['kind', text(subscription.subscriptionType)],
    ['since', localTime(createdAt)],
    ['events', shown.length === 0 ? null : shown.map(entryLine).join('\n')],
  ]);
}

/** All subscriptions of one user name. */
export function renderSubscriptions(subscriptions: readonly SubscriptionResource[], username: string): string {
  if (subscriptions.length === 0) {
    return `${printable(username)} has no subscription to this calendar. Make one with: ${command(`calreply subscriptions create CALENDAR --user-name ${typedWord(username)}`)}`;
  }

  return renderTable<SubscriptionResource>(
    [
      { head: 'SUBSCRIPTION', cell: ({ subscriptionId }) => subscriptionId },
      {
        head: 'STATE',
        cell: ({ isActive }) => (isActive ? 'active' : 'ended'),
        color: (word, { isActive }) => (isActive ? green(word) : dim(word)),
      },
      { head: 'TAGS', cell: ({ tags }) => tags.map(({ name }) => name).join(', '), shrinks: true },
      { head: 'SINCE', cell: ({ createdAt }) => localTime(createdAt) },
      { head: 'UNTIL', cell: ({ deactivatedDate }) => (deactivatedDate === null ? '' : localTime(deactivatedDate)) },
    ],
    subscriptions,
  );
}

function entryLine({ startDateTime, title }: SubscriptionResource['eventsVisibleToSubscription'][number]): string {
  return printable(`${startDateTime}  ${title}`);
}

function text(value: string | null): string | null {
  return value === null ? null : printable(value);
}

/** A service that is none of ours may leave out what is null here. */
function yesOrNo(flag: boolean | null | undefined): string | null {
  return typeof flag === 'boolean' ? (flag ? 'yes' : 'no') : null;
}
