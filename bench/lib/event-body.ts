import { randomUUID } from 'node:crypto';

/**
 * An Event Object of 1.3 kB, as large as CalReply's own of a subscription with its usual fields. Each is of another
 * subscription: those of one would wait for one another.
 */
export function eventOf(eventId: string): object {
  const subscription = { ...DETAILS, calendarSubscriptionId: randomUUID() };
  const { calendarSubscriptionId } = subscription;
  return { eventId, eventType: 'Subscribe', eventDetails: { ...HEAD, calendarSubscriptionId, subscription } };
}

const HEAD = {
  actionType: 'SubscriptionViaCalendarPage',
  accountId: '0b98ef2c-f739-45f1-81e3-b2def2bb868f',
  accountName: 'Your Account',
  accountCode: 'your-account',
};

const DETAILS = {
  calendarId: '4a2d4acb-bd05-e511-af43-067f1c947754',
  calendarTitle: 'My Sports Calendar',
  calendarCode: 'my-sports-calendar',
  subscriptionMethod: 'Webcal',
  subscriptionDateTimeUtc: '2026-11-23T10:00:00Z',
  subscriberEmail: 'dana@example.com',
  subscriberId: 'dana@example.com',
  firstName: 'Dana',
  lastName: 'Example',
  zipCode: '94110',
  countryCode: 'US',
  geoCountry: 'United States',
  geoRegion: 'California',
  geoCity: 'San Francisco',
  timeZone: 'America/Los_Angeles',
  languageCode: 'en-US',
  remoteIpAddress: '203.0.113.24',
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5',
  marketingAllowed: true,
  additionalOptIn: false,
  allowPromotionalContent: true,
  tags: [
    { tagId: '6b1f1c5e-4d9c-4f0a-9d4e-0a5f3c1b2d71', tagName: 'Home games' },
    { tagId: 'e2a7c9d0-1f43-4f8f-8f1e-7d2b6a9c0e55', tagName: 'Play-offs' },
  ],
  source: { utmSource: 'newsletter', utmMedium: 'email', utmCampaign: 'season-opening' },
};
