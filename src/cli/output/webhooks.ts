import type { CreatedWebhook, CreateWebhook, RotatedSecret, WebhookResource } from '../../api/contract.js';
import type { EnvFile, WithSecret } from '../env-file.js';
import { shellWord } from '../../util/shell-word.js';
import { dim, green, yellow } from './colors.js';
import { renderTable } from './table.js';
import { printable } from './terminal.js';
import { command, count, localTime, renderFields } from './text.js';

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

/** Values of headers that are credentials are hidden, unless they are to be revealed. */
export function renderWebhook(webhook: WebhookResource, { reveal }: { readonly reveal: boolean }): string {
  return renderFields(fieldsOf(webhook, reveal));
}

function fieldsOf(webhook: WebhookResource, reveal = false): [name: string, value: string | null][] {
  return [
    ['id', printable(webhook.id)],
    ['url', printable(webhook.url)],
    ['types', typesText(webhook.eventTypes)],
    ['headers', headersText(webhook.headers, reveal)],
    ['state', webhook.enabled ? green('on') : dim('off')],
    ['turned off', webhook.disabledReason === null ? null : yellow(printable(webhook.disabledReason))],
    ['listener', webhook.listenerId && printable(webhook.listenerId)],
    ['created', localTime(webhook.createdAt)],
    ['old secret', webhook.oldSecretUntil && `signs as well until ${localTime(webhook.oldSecretUntil)}`],
  ];
}

/** Said when another webhook has the URL of a new one and both are told of the same events; undefined otherwise. */
export function renderSameUrl(created: WebhookResource, existing: readonly WebhookResource[]): string | undefined {
  const same = existing.filter((other) => other.url === created.url && sharesEvents(other, created));
  if (same.length === 0) return undefined;
  const ids = same.map(({ id }) => printable(id)).join(', ');
  return `${yellow('!')} This URL is registered already, as ${ids}: what both want is sent there ${same.length === 1 ? 'twice' : `${same.length + 1} times`}.`;
}

function sharesEvents(one: WebhookResource, other: WebhookResource): boolean {
  if (!one.enabled || !other.enabled) return false;
  return (
    one.eventTypes.length === 0 ||
    other.eventTypes.length === 0 ||
    one.eventTypes.some((type) => other.eventTypes.includes(type))
  );
}

/** Said of a URL with a part that no request carries. */
export function renderDroppedFragment(fragment: string): string {
  return `${yellow('!')} ${printable(fragment)} is left out: what stands behind # is never sent.`;
}

/** What `webhooks enable` and `webhooks disable` came to, and what becomes of what waits. */
export function renderState(webhook: WebhookResource, { wasSo, waiting }: StateOptions): string {
  const state = webhook.enabled ? 'on' : 'off';
  const sentence = `${green('✓')} ${nameOf(webhook)} ${wasSo ? `was ${state} already` : `is ${state}`}.`;
  if (waiting === 0) return sentence;
  const [waits, are] = [count(waiting, 'notification'), waiting === 1 ? 'is' : 'are'];
  return webhook.enabled
    ? `${sentence} ${waits} that waited ${are} sent when due.`
    : `${sentence} ${waits} ${waiting === 1 ? 'waits' : 'wait'} until it is on again.`;
}

interface StateOptions {
  /** Nothing changed. */
  readonly wasSo: boolean;
  /** The notifications that are not finished; 0 when nothing changed. */
  readonly waiting: number;
}

/** What `webhooks remove` came to. */
export function renderRemoved(webhook: Pick<WebhookResource, 'id' | 'url'>): string {
  return `${green('✓')} ${nameOf(webhook)} is taken off; its history stays.`;
}

/** What `webhooks update` came to. */
export function renderUpdatedWebhook(webhook: WebhookResource): string {
  return [`${green('✓')} Webhook ${printable(webhook.id)} is changed.`, renderFields(fieldsOf(webhook))].join('\n');
}

/** `Webhook whk_4x… (https://example.com/hooks)` */
function nameOf({ id, url }: Pick<WebhookResource, 'id' | 'url'>): string {
  return `Webhook ${printable(id)} (${printable(url)})`;
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

function headersText(headers: Readonly<Record<string, string>>, reveal = false): string | null {
  return (
    Object.entries(headers)
      .map(([name, value]) => printable(`${name}: ${reveal || !isCredential(name) ? value : '•••'}`))
      .join('\n') || null
  );
}

/** By the names that are usual for what opens a door. */
function isCredential(name: string): boolean {
  return /auth|cookie|credential|key|passw|secret|session|signature|token/i.test(name);
}

function typesText(eventTypes: readonly string[]): string {
  return eventTypes.length === 0 ? 'all types' : printable(eventTypes.join(', '));
}

/** What to do about a secret that was made, and could not be shown. */
export function secretLostText(id: string): string {
  return `The secret of ${printable(id)} was not shown. Make a new one with: calreply webhooks rotate-secret ${shellWord(id)}`;
}
