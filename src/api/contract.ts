/*
 * What travels over the HTTP wire, for both ends: schemas for the service (validation, OpenAPI) and, derived from them,
 * types for the client. Names are CalReply's where it has one. Times are ISO 8601 in UTC.
 */
export * from './contract/accounts.js';
export * from './contract/calendar-events.js';
export * from './contract/event-types.js';
export * from './contract/events.js';
export * from './contract/insights.js';
export * from './contract/listeners.js';
export * from './contract/notifications.js';
export * from './contract/oauth.js';
export * from './contract/operator.js';
export * from './contract/retries.js';
export * from './contract/service.js';
export * from './contract/shared.js';
export * from './contract/statistics.js';
export * from './contract/subscribers.js';
export * from './contract/subscription-events.js';
export * from './contract/subscriptions.js';
export * from './contract/webhooks.js';
