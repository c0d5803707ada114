import Type, { type Static } from 'typebox';
import { BUCKET_UNITS } from '../../model/insight-buckets.js';
import { OrNull, Time } from './shared.js';

/* What the data says. Subscriptions are counted as events tell of them, whoever sent those. */

const filter = {
  calendar: Type.Optional(Type.String({ maxLength: 4096, description: 'A calendar code.' })),
  since: Type.Optional(Type.String({ format: 'date-time' })),
  until: Type.Optional(Type.String({ format: 'date-time' })),
  includeTests: Type.Optional(
    Type.Boolean({ default: false, description: 'Count also what triggered events tell of.' }),
  ),
};

const timeZone = Type.Optional(
  Type.String({
    maxLength: 64,
    default: 'UTC',
    description: 'On whose clocks an hour or a day is one, as the IANA time zone database names it: Europe/Berlin.',
  }),
);

const by = Type.Optional(
  Type.Enum([...BUCKET_UNITS], {
    description:
      'What is counted together: days, weeks from Monday on, or months. By the length of the time when absent.',
  }),
);

const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 }));

const Count = (description?: string) => Type.Integer(description === undefined ? {} : { description });

/** What every insight says of what was asked. */
const asked = {
  since: OrNull(Time),
  until: OrNull(Time),
  testsLeftOut: Count('So many subscriptions that triggered events tell of were left out. Counting ends at 1,000.'),
};

const balance = {
  subscribes: Count(),
  unsubscribes: Count(),
  net: Count('Those less these.'),
};

export const InsightTimesQuery = Type.Object({ ...filter, timeZone });
export type InsightTimesQuery = Static<typeof InsightTimesQuery>;

export const InsightTimes = Type.Object(
  {
    ...asked,
    timeZone: Type.String(),
    subscribes: Count(),
    best: OrNull(
      Type.Object(
        { weekday: Type.String(), hour: Count(), subscribes: Count() },
        { description: 'The hour of the week in which most subscribed, the first of them; null for none.' },
      ),
    ),
    weekdays: Type.Array(
      Type.Object({
        weekday: Type.String({ description: 'Monday first.' }),
        hours: Type.Array(Type.Integer(), { description: 'How many subscribed in each of the 24 hours.' }),
      }),
    ),
  },
  { title: 'InsightTimes' },
);
export type InsightTimes = Static<typeof InsightTimes>;

export const InsightGrowthQuery = Type.Object({ ...filter, timeZone, by });
export type InsightGrowthQuery = Static<typeof InsightGrowthQuery>;

const churn = OrNull(
  Type.Number({
    description:
      'Of those who were subscribed at the beginning or subscribed in it, the share that unsubscribed, 0 to 1; null of nobody.',
  }),
);

export const GrowthRow = Type.Object(
  {
    from: Type.String({ format: 'date', description: 'Its first day.' }),
    ...balance,
    active: Count('How many were subscribed at its end.'),
    churn,
  },
  { title: 'GrowthRow' },
);
export type GrowthRow = Static<typeof GrowthRow>;

export const InsightGrowth = Type.Object(
  {
    ...asked,
    timeZone: Type.String(),
    by: Type.Enum([...BUCKET_UNITS]),
    ...balance,
    activeBefore: Count('How many were subscribed when it began.'),
    active: Count('How many were subscribed when it ended.'),
    churn,
    rows: Type.Array(GrowthRow),
  },
  { title: 'InsightGrowth' },
);
export type InsightGrowth = Static<typeof InsightGrowth>;

export const InsightCampaignsQuery = Type.Object({ ...filter, timeZone, by, limit });
export type InsightCampaignsQuery = Static<typeof InsightCampaignsQuery>;

export const CampaignRow = Type.Object(
  {
    utmSource: OrNull(Type.String()),
    utmMedium: OrNull(Type.String()),
    utmCampaign: OrNull(Type.String()),
    ...balance,
    over: Type.Array(Type.Integer(), { description: 'How many subscribed in each bucket.' }),
  },
  { title: 'CampaignRow' },
);
export type CampaignRow = Static<typeof CampaignRow>;

export const InsightCampaigns = Type.Object(
  {
    ...asked,
    timeZone: Type.String(),
    by: Type.Enum([...BUCKET_UNITS]),
    ...balance,
    buckets: Type.Array(Type.String({ format: 'date' }), { description: 'The first day of each bucket.' }),
    campaigns: Type.Array(CampaignRow, {
      description:
        'Those that brought most first. Who unsubscribed since counts where they came from, whenever that was.',
    }),
    leftOff: Count('So many more campaigns there are.'),
  },
  { title: 'InsightCampaigns' },
);
export type InsightCampaigns = Static<typeof InsightCampaigns>;

export const InsightTagsQuery = Type.Object({
  ...filter,
  zip: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'A zip code, or how it begins: 94110, or 941*.' }),
  ),
  limit,
});
export type InsightTagsQuery = Static<typeof InsightTagsQuery>;

export const TagRow = Type.Object(
  { tag: OrNull(Type.String({ description: 'Null for who chose none.' })), ...balance },
  { title: 'TagRow' },
);
export type TagRow = Static<typeof TagRow>;

export const InsightTags = Type.Object(
  {
    ...asked,
    zip: OrNull(Type.String()),
    ...balance,
    tags: Type.Array(TagRow, { description: 'Those that most chose first. Who chose two counts for both.' }),
    leftOff: Count('So many more tags there are.'),
  },
  { title: 'InsightTags' },
);
export type InsightTags = Static<typeof InsightTags>;
