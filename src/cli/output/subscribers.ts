import type { SubscriberResource } from '../../api/contract.js';
import { dim, green } from './colors.js';
import { shownText } from './personal-data.js';
import { renderTable } from './table.js';
import { command, localTime, recentTime } from './text.js';

export interface SubscribersView {
  /** Whether a part of them was asked for. */
  readonly isNarrowed: boolean;
  /** Whether those of triggered events are among them. */
  readonly withTests: boolean;
  /** Whether another page follows. */
  readonly isPart: boolean;
  /** Shows e-mail addresses as they are. */
  readonly reveal: boolean;
}

export function renderSubscribers(subscribers: readonly SubscriberResource[], view: SubscribersView): string {
  if (subscribers.length === 0) {
    if (view.isPart) return 'Nobody on this page matches these filters; the next may have some.';
    if (view.isNarrowed) {
      return `Nobody matches these filters. See all with: ${command('calreply subscribers list --all')}`;
    }

    return view.withTests
      ? `Nobody is subscribed. Make somebody up with: ${command('calreply events trigger subscribe')}`
      : `Nobody is subscribed. Those of triggered events are left out; see them with ${command('--include-tests')}`;
  }

  return renderTable<SubscriberResource>(
    [
      { head: 'SUBSCRIBER', cell: (one) => shownText(nameOf(one), view.reveal), shrinks: true },
      {
        head: 'STATE',
        cell: ({ isActive }) => (isActive ? 'active' : 'unsubscribed'),
        color: (text, { isActive }) => (isActive ? green(text) : dim(text)),
      },
      { head: 'OPT-IN', cell: ({ marketingAllowed }) => yesOrNo(marketingAllowed) },
      { head: 'CALENDARS', cell: ({ calendars }) => calendars.join(', '), shrinks: true },
      { head: 'TAGS', cell: ({ tags }) => tags.join(', '), shrinks: true },
      { head: 'ZIP', cell: ({ zipCode }) => zipCode ?? '', canGo: true },
      {
        head: 'FIRST SEEN',
        cell: ({ firstSeenAt }) => localTime(firstSeenAt),
        brief: ({ firstSeenAt }) => recentTime(firstSeenAt),
        canGo: true,
      },
      {
        head: 'LAST SEEN',
        cell: ({ lastSeenAt }) => localTime(lastSeenAt),
        brief: ({ lastSeenAt }) => recentTime(lastSeenAt),
        canGo: true,
      },
    ],
    subscribers,
  );
}

function nameOf({ subscriberEmail, subscriberId }: SubscriberResource): string {
  return subscriberEmail ?? subscriberId ?? '(nothing known)';
}

function yesOrNo(flag: boolean | null): string {
  return flag === null ? '' : flag ? 'yes' : 'no';
}
