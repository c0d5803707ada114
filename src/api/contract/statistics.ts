import Type, { type Static } from 'typebox';
import { NotificationQuery } from './notifications.js';
import { OrNull, Time } from './shared.js';

/* The notification history in figures. */

const COUNTS = {
  sent: Type.Integer({ description: 'All of them: delivered, failed and pending together.' }),
  delivered: Type.Integer(),
  failed: Type.Integer(),
  pending: Type.Integer(),
  p50Ms: OrNull(
    Type.Integer({
      description:
        'Half of the answers came within so many milliseconds, above 128 rounded up by at most 1.6 %. Attempts with an answer count; null for none.',
    }),
  ),
  p95Ms: OrNull(Type.Integer({ description: '95 of 100 answers came within so many milliseconds.' })),
};

export const StatisticsRow = Type.Object(COUNTS, { title: 'StatisticsRow' });
export type StatisticsRow = Static<typeof StatisticsRow>;

export const NotificationStatistics = Type.Object(
  {
    since: OrNull(Time),
    until: OrNull(Time),
    total: StatisticsRow,
    byType: Type.Array(Type.Object({ type: Type.String(), ...COUNTS })),
    byWebhook: Type.Array(Type.Object({ webhookId: Type.String(), webhookUrl: Type.String(), ...COUNTS })),
    byCalendar: Type.Array(
      Type.Object({
        calendarCode: OrNull(Type.String({ description: 'Null for events that are about no calendar.' })),
        ...COUNTS,
      }),
    ),
  },
  { title: 'NotificationStatistics' },
);
export type NotificationStatistics = Static<typeof NotificationStatistics>;

export const StatisticsQuery = Type.Omit(NotificationQuery, ['limit', 'cursor']);
export type StatisticsQuery = Static<typeof StatisticsQuery>;
