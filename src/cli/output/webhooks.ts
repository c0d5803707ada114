import type { CreatedWebhook, CreateWebhook, RotatedSecret, WebhookResource } from '../../api/contract.js';
import type { EnvFile, WithSecret } from '../env-file.js';
import { shellWord } from '../../util/shell-word.js';
import { dim, green, yellow } from './colors.js';
import { renderTable } from './table.js';
import { printable } from './terminal.js';
import { command, localTime, renderFields } from './text.js';

/** What `webhooks add --json` prints. The secret is null with --write-env. */
export type CreatedJson = WithSecret<CreatedWebhook>;

/** What `webhooks rotate-secret --json` prints. The secret is null with --write-env. */
export type RotatedJson = WithSecret<RotatedSecret>;

export function renderWebhooks(webhooks: readonly WebhookResource[]): string {
  if (webhooks.length === 0)
    return `There are no webhooks yet. Add one with: ${command('calreply webhooks add https://example.com/hooks')}`;
  return renderTable<WebhookResource>(
    [
      { head: 'ID', cell: ({ id }) => id },
      { head: 'URL', cell: ({ url }) => url, shrinks: true, keepsEnd: true },
      { head: 'TYPES', cell: ({ eventTypes }) => typesText(eventTypes), shrinks: true, canGo: true },
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
  return renderFields(fieldsOf(webhook));
}

function fieldsOf(webhook: WebhookResource): [name: string, value: string | null][] {
  return [
    ['id', printable(webhook.id)],
    ['url', printable(webhook.url)],
    ['types', typesText(webhook.eventTypes)],
    ['headers', headersText(webhook.headers)],
    ['state', webhook.enabled ? green('on') : dim('off')],
    ['turned off', webhook.disabledReason === null ? null : yellow(printable(webhook.disabledReason))],
    ['listener', webhook.listenerId && printable(webhook.listenerId)],
    ['created', localTime(webhook.createdAt)],
    ['old secret', webhook.oldSecretUntil && `signs as well until ${localTime(webhook.oldSecretUntil)}`],
  ];
}

/** Said of a URL with a part that no request carries. */
export function renderDroppedFragment(fragment: string): string {
  return `${yellow('!')} ${printable(fragment)} is left out: what stands behind # is never sent.`;
}

/** What `webhooks enable` and `webhooks disable` came to. */
export function renderState({ id, enabled }: WebhookResource): string {
  return `Webhook ${printable(id)} is ${enabled ? 'on' : 'off'}.`;
}

/** A webhook that is about to be registered. */
export function renderPlannedWebhook({ url, eventTypes = [], headers = {}, enabled = true }: CreateWebhook): string {
  return renderFields([
    ['url', printable(url)],
    ['types', typesText(eventTypes)],
    ['headers', headersText(headers)],
    ['state', enabled ? green('on') : dim('off')],
  ]);
}

/** The secret is shown this once: later the service does not tell it any more. */
export function renderCreatedWebhook(webhook: CreatedJson, file: EnvFile | undefined): string {
  return [
    `${green('✓')} Webhook ${printable(webhook.id)} is registered.`,
    renderFields([...fieldsOf(webhook), ['secret', secretText(webhook, file)]]),
    dim(`The secret verifies the signatures of what is sent.${file ? '' : ' It is shown this once.'}`),
  ].join('\n');
}

/** What the receiver has to do, and by when. */
export function renderRotatedSecret(webhook: RotatedJson, file: EnvFile | undefined): string {
  const { oldSecretUntil: until } = webhook;
  return [
    `${green('✓')} Webhook ${printable(webhook.id)} has a new secret.`,
    renderFields([
      ['url', printable(webhook.url)],
      ['secret', secretText(webhook, file)],
      ['old one', until === null ? yellow('signs nothing more') : `signs as well until ${localTime(until)}`],
    ]),
    dim(
      until === null
        ? 'Give the new one to the receiver now: until it has it, it cannot verify what is sent.'
        : 'Give the new one to the receiver by then; until then what is sent verifies with either.',
    ),
    ...(file ? [] : [dim('It is shown this once.')]),
  ].join('\n');
}

function secretText({ secret }: { readonly secret: string | null }, file: EnvFile | undefined): string | null {
  return file ? `in ${printable(file.path)}, as ${file.name}` : secret && printable(secret);
}

function headersText(headers: Readonly<Record<string, string>>): string | null {
  return (
    Object.entries(headers)
      .map(([name, value]) => printable(`${name}: ${value}`))
      .join('\n') || null
  );
}

function typesText(eventTypes: readonly string[]): string {
  return eventTypes.length === 0 ? 'all types' : printable(eventTypes.join(', '));
}

/** What to do about a secret that was made, and could not be shown. */
export function secretLostText(id: string): string {
  return `The secret of ${printable(id)} was not shown. Make a new one with: calreply webhooks rotate-secret ${shellWord(id)}`;
}
