import type { CreatedWebhook, WebhookResource } from '../../api/contract.js';
import { dim, green, yellow } from './colors.js';
import { renderTable } from './table.js';
import { printable } from './terminal.js';
import { command, localTime, renderFields } from './text.js';

export function renderWebhooks(webhooks: readonly WebhookResource[]): string {
  if (webhooks.length === 0)
    return `There are no webhooks yet. Add one with: ${command('calreply webhooks add https://example.com/hooks')}`;
  return renderTable<WebhookResource>(
    [
      { head: 'ID', cell: ({ id }) => id },
      { head: 'URL', cell: ({ url }) => url, shrinks: true },
      { head: 'TYPES', cell: ({ eventTypes }) => typesText(eventTypes), shrinks: true },
      {
        head: 'STATE',
        cell: ({ enabled }) => (enabled ? 'on' : 'off'),
        color: (text, { enabled }) => (enabled ? green(text) : dim(text)),
      },
    ],
    webhooks,
  );
}

export function renderWebhook(webhook: WebhookResource): string {
  const headers = Object.entries(webhook.headers).map(([name, value]) => printable(`${name}: ${value}`));
  return renderFields([
    ['id', webhook.id],
    ['url', printable(webhook.url)],
    ['types', typesText(webhook.eventTypes)],
    ['headers', headers.length > 0 ? headers.join('\n         ') : null],
    ['state', webhook.enabled ? green('on') : dim('off')],
    ['turned off', webhook.disabledReason === null ? null : yellow(printable(webhook.disabledReason))],
    ['listener', webhook.listenerId],
    ['created', localTime(webhook.createdAt)],
  ]);
}

/** The secret is shown this once: later the service does not tell it any more. */
export function renderCreatedWebhook(webhook: CreatedWebhook): string {
  return [
    `${green('✓')} Webhook ${webhook.id} is registered.`,
    renderWebhook(webhook),
    renderFields([['secret', webhook.secret]]),
    dim('The secret verifies the signatures of what is sent. It is shown this once.'),
  ].join('\n');
}

function typesText(eventTypes: readonly string[]): string {
  return eventTypes.length === 0 ? 'all types' : eventTypes.join(', ');
}
