import type { Kysely } from 'kysely';
import { addBalance, type Balance, type CampaignCounts, type Campaigns } from '../../model/insights.js';
import type { InsightStore } from '../insight-store.js';
import type { Tables } from '../tables.js';
import { periodsIn, testsLeftOut } from './counted.js';
import { localDay } from './days.js';
import { windows } from './windows.js';

/** So many campaigns are told apart: who puts something else into every link has no campaigns. */
const MOST_CAMPAIGNS = 10_000;
const OTHERS = { utmSource: '(others)', utmMedium: '(others)', utmCampaign: '(others)' };

/** Who subscribed, by campaign and day, and how many of them unsubscribed since. */
export async function campaigns(
  db: Kysely<Tables>,
  query: Parameters<InsightStore['campaigns']>[0],
): Promise<Campaigns> {
  const counted = new Map<string, MutableCampaign>();
  const total = { subscribes: 0, unsubscribes: 0 };
  for await (const window of windows(db, 'subscribed_at', query)) {
    const groups = await periodsIn(db, 'subscribed_at', window, query)
      .select(({ fn }) => [
        ...(['utm_source', 'utm_medium', 'utm_campaign'] as const),
        localDay('subscribed_at', window).as('day'),
        fn.countAll<number>().as('subscribes'),
        fn.count<number>('ended_at').as('unsubscribes'),
      ])
      // What differs least comes first: rows are nearly in this order, and comparing them ends early.
      .groupBy(['day', 'utm_campaign', 'utm_medium', 'utm_source'])
      .execute();
    for (const group of groups) {
      const campaign = campaignOf(counted, group);
      addBalance(campaign, group);
      addBalance(total, group);
      campaign.days.set(group.day, (campaign.days.get(group.day) ?? 0) + group.subscribes);
    }
  }

  const most = [...counted].sort(([a, one], [b, other]) => other.subscribes - one.subscribes || (a < b ? -1 : 1));
  return { campaigns: most.map(([, campaign]) => campaign), total, testsLeftOut: await testsLeftOut(db, query) };
}

type MutableCampaign = { -readonly [Name in keyof CampaignCounts]: CampaignCounts[Name] } & {
  readonly days: Map<number, number>;
};

interface CampaignGroup {
  readonly utm_source: string | null;
  readonly utm_medium: string | null;
  readonly utm_campaign: string | null;
}

function campaignOf(counted: Map<string, MutableCampaign>, group: CampaignGroup): MutableCampaign {
  const own = { utmSource: group.utm_source, utmMedium: group.utm_medium, utmCampaign: group.utm_campaign };
  const isRoom = counted.size < MOST_CAMPAIGNS || counted.has(keyOf(own));
  const names = isRoom ? own : OTHERS;
  const key = keyOf(names);
  const known = counted.get(key) ?? { ...names, subscribes: 0, unsubscribes: 0, days: new Map<number, number>() };
  counted.set(key, known);
  return known;
}

function keyOf({ utmSource, utmMedium, utmCampaign }: typeof OTHERS | Omit<CampaignCounts, keyof Balance | 'days'>) {
  return JSON.stringify([utmSource, utmMedium, utmCampaign]);
}
