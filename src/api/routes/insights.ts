import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import type { InsightFilter, ZipFilter } from '../../model/insights.js';
import { timeZone, type TimeZone } from '../../model/time-zone.js';
import type { Store } from '../../store/store.js';
import type { AppOptions } from '../app-options.js';
import {
  API,
  InsightCampaigns,
  InsightCampaignsQuery,
  InsightGrowth,
  InsightGrowthQuery,
  InsightTags,
  InsightTagsQuery,
  InsightTimes,
  InsightTimesQuery,
  SubscriberPage,
  SubscriberQuery,
} from '../contract.js';
import {
  campaignsResource,
  growthResource,
  subscriberResource,
  tagsResource,
  timesResource,
} from '../insight-resources.js';
import { LongReads } from '../long-reads.js';
import { unknownCalendar } from '../not-found.js';
import { calendarName, spanOf } from './filters.js';

const DEFAULT_LIMIT = 100;
const DEFAULT_PAGE = 50;

/** `/v1/insights` and `/v1/subscribers`: what the data says, and who it tells of. */
export function insightRoutes(app: FastifyInstance, { store, clock }: AppOptions, done: () => void): void {
  const tags = ['insights'];
  const reads = new LongReads();

  app.get<{ Querystring: InsightTimesQuery }>(
    `${API}/insights/times`,
    {
      schema: {
        summary: 'On which weekday and at what hour people subscribe',
        tags,
        querystring: InsightTimesQuery,
        response: { 200: InsightTimes },
      },
    },
    (request, reply) =>
      reads.answer(request, reply, async (signal) => {
        const { account, query } = request;
        const asked = { ...filterOf(query), zone: zoneOf(query), now: clock.now() };
        const counts = await store.subscribesByHour({ accountId: account.id, ...asked, signal });
        const found = timesResource(asked, counts);
        if (found.subscribes === 0) await checkCalendar(store, account.id, query);
        return found;
      }),
  );

  app.get<{ Querystring: InsightGrowthQuery }>(
    `${API}/insights/growth`,
    {
      schema: {
        summary: 'How many subscribe and unsubscribe, and how many there are',
        tags,
        querystring: InsightGrowthQuery,
        response: { 200: InsightGrowth },
      },
    },
    (request, reply) =>
      reads.answer(request, reply, async (signal) => {
        const { account, query } = request;
        const asked = { ...filterOf(query), zone: zoneOf(query), now: clock.now(), unit: query.by };
        const counts = await store.balanceByDay({ accountId: account.id, ...asked, signal });
        if (counts.days.size === 0) await checkCalendar(store, account.id, query);
        return growthResource(asked, counts);
      }),
  );

  app.get<{ Querystring: InsightCampaignsQuery }>(
    `${API}/insights/campaigns`,
    {
      schema: {
        summary: 'By which campaigns people came, over time, and who stayed',
        tags,
        querystring: InsightCampaignsQuery,
        response: { 200: InsightCampaigns },
      },
    },
    (request, reply) =>
      reads.answer(request, reply, async (signal) => {
        const { account, query } = request;
        const asked = { ...filterOf(query), zone: zoneOf(query), now: clock.now(), unit: query.by };
        const found = await store.campaigns({ accountId: account.id, ...asked, signal });
        if (found.campaigns.length === 0) await checkCalendar(store, account.id, query);
        return campaignsResource({ ...asked, limit: query.limit ?? DEFAULT_LIMIT }, found);
      }),
  );

  app.get<{ Querystring: InsightTagsQuery }>(
    `${API}/insights/tags`,
    {
      schema: {
        summary: 'Which tags people choose, everywhere or in a zip code',
        tags,
        querystring: InsightTagsQuery,
        response: { 200: InsightTags },
      },
    },
    (request, reply) =>
      reads.answer(request, reply, async (signal) => {
        const { account, query } = request;
        const { zip, limit = DEFAULT_LIMIT } = query;
        const filter = filterOf(query);
        const found = await store.tags({ accountId: account.id, ...filter, zip: zipFilter(zip), signal });
        if (found.tags.length === 0) await checkCalendar(store, account.id, query);
        return tagsResource({ ...filter, zip, limit }, found);
      }),
  );

  app.get<{ Querystring: SubscriberQuery }>(
    `${API}/subscribers`,
    {
      schema: {
        summary: 'Who subscribed, as events tell of them',
        tags: ['subscribers'],
        querystring: SubscriberQuery,
        response: { 200: SubscriberPage },
      },
    },
    (request, reply) =>
      reads.answer(request, reply, async (signal) => {
        const { account, query } = request;
        const { items, nextCursor } = await store.subscribers({
          ...{ accountId: account.id, calendarCode: calendarName(query), isOptedIn: query.optedIn, signal },
          ...{ withEnded: query.all, withTests: query.includeTests },
          ...{ limit: query.limit ?? DEFAULT_PAGE, cursor: query.cursor },
        });
        if (items.length === 0 && nextCursor === null) await checkCalendar(store, account.id, query);
        return { subscribers: items.map(subscriberResource), nextCursor };
      }),
  );
  done();
}

function filterOf(query: Omit<InsightTimesQuery, 'timeZone'>): InsightFilter {
  return { ...spanOf(query), calendarCode: calendarName(query), withTests: query.includeTests };
}

function zoneOf(query: InsightTimesQuery): TimeZone {
  return timeZone(query.timeZone ?? 'UTC');
}

/** @throws {CalReplyError} InvalidRequest for a `*` that is not the end */
function zipFilter(zip: string | undefined): ZipFilter | undefined {
  if (zip === undefined) return undefined;
  const isWhole = !zip.endsWith('*');
  const start = isWhole ? zip : zip.slice(0, -1);
  if (!start.includes('*')) return { start, isWhole };
  throw new CalReplyError('InvalidRequest', `“${zip}” is no zip code, nor the beginning of one.`, {
    hint: 'It looks like 94110, or 941* for all that begin with 941.',
  });
}

/**
 * Where nothing was found, a calendar that nobody ever told of is the reason.
 *
 * @throws {CalReplyError} NotFound
 */
async function checkCalendar(
  store: Pick<Store, 'calendars' | 'tellsOfCalendar'>,
  accountId: string,
  query: { readonly calendar?: string | undefined },
): Promise<void> {
  const code = calendarName(query);
  if (code === undefined) return;
  const calendars = await store.calendars(accountId);
  if (calendars.some((calendar) => calendar.code === code)) return;
  if (!(await store.tellsOfCalendar(accountId, code))) throw unknownCalendar(code, calendars);
}
