import { CalReplyError } from '../errors.js';
import { EVENT_TYPES, parseEventType, type EventType } from '../model/event-types.js';
import { checkWebhookHeader, parseWebhookUrl } from '../model/webhook-rules.js';
import { checked, refuseUnknownKeys, typesAt } from './file-problems.js';
import { isRecord } from '../util/is-record.js';

/** A webhook as a file wants it. */
export interface DesiredWebhook {
  /** As the service writes it. */
  readonly url: string;
  /** Empty: every type. */
  readonly eventTypes: EventType[];
  readonly headers: readonly DesiredHeader[];
  readonly enabled: boolean;
}

export interface DesiredHeader {
  readonly name: string;
  readonly value: string;
  /** The value as the file has it: with the names of variables, and not what they hold. */
  readonly shown: string;
}

/**
 * The webhooks that a file wants, JSON or YAML:
 *
 *     webhooks:
 *       - url: https://example.com/hooks
 *         events: [subscribe, unsubscribe]      # every type when absent
 *         headers: { Authorization: "Bearer ${CRM_TOKEN}" }
 *         enabled: true                         # the default
 *
 * @param variable what `${NAME}` in the value of a header stands for; undefined when there is none of the name. An empty
 *   one is as wrong as none
 * @param source the name of the file, for messages
 * @throws {CalReplyError} WrongUse, which names every place that is wrong, each on a line of its own
 */
export async function parseWebhookFile(
  text: string,
  source: string,
  variable: (name: string) => string | undefined,
): Promise<readonly DesiredWebhook[]> {
  const problems: string[] = [];
  const webhooks = webhooksOf(await parseText(text, source), { problems, variable });
  if (problems.length === 0) return webhooks;
  const told = problems.length === 1 ? ` ${problems.join('')}` : problems.map((problem) => `\n  ${problem}`).join('');
  throw new CalReplyError('WrongUse', `${source} is not right:${told}`, {
    hint: 'Nothing was changed. See: calreply webhooks apply --help',
  });
}

async function parseText(text: string, source: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (source.endsWith('.json')) throw unreadable(source, `is not JSON: ${(error as Error).message}`, error);
  }

  // The package is CommonJS: bundled, it has this one export.
  const { default: yaml } = await import('yaml');
  try {
    return yaml.parse(text, { logLevel: 'error' });
  } catch (error) {
    if (!(error instanceof yaml.YAMLParseError))
      throw unreadable(source, `is not YAML: ${(error as Error).message}`, error);
    const [{ line, col } = { line: 1, col: 1 }] = error.linePos ?? [];
    // The rest is a drawing of the place, which takes more than the one line of an error.
    const what = (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    throw unreadable(source, `is not YAML in line ${line}, column ${col}: ${what}`, error);
  }
}

function unreadable(source: string, what: string, cause: unknown): CalReplyError {
  return new CalReplyError('WrongUse', `${source} ${what.replace(/\s+/g, ' ').replace(/\.$/, '')}.`, { cause });
}

interface Reading {
  /** Sentences, each with its place. */
  readonly problems: string[];
  readonly variable: (name: string) => string | undefined;
}

function webhooksOf(value: unknown, reading: Reading): readonly DesiredWebhook[] {
  const { problems } = reading;
  if (!isRecord(value)) {
    problems.push('It has to start with “webhooks:” and a list.');
    return [];
  }

  refuseUnknownKeys(value, ['webhooks'], '', problems);
  if (!Array.isArray(value.webhooks)) {
    problems.push('webhooks: this has to be a list; an empty one, [], turns every webhook off.');
    return [];
  }

  const places = new Map<string, string>();
  return value.webhooks.flatMap((item: unknown, index) => {
    const place = `webhooks[${index}]`;
    const webhook = webhookOf(item, place, reading);
    if (!webhook) return [];
    const first = places.get(webhook.url);
    if (first !== undefined) problems.push(`${place}.url: ${first} has the same URL, ${webhook.url}.`);
    else places.set(webhook.url, place);
    return [webhook];
  });
}

function webhookOf(value: unknown, place: string, reading: Reading): DesiredWebhook | undefined {
  const { problems } = reading;
  if (!isRecord(value)) {
    problems.push(`${place}: a webhook looks like {url: https://example.com/hooks}.`);
    return undefined;
  }

  refuseUnknownKeys(value, ['url', 'events', 'headers', 'enabled'], place, problems);
  const { enabled = true } = value;
  if (typeof enabled !== 'boolean') problems.push(`${place}.enabled: this has to be true or false.`);
  const eventTypes = typesAt(value.events, `${place}.events`, problems, { names: EVENT_TYPES, parse: parseEventType });
  const headers = headersOf(value.headers, `${place}.headers`, reading);
  const url = urlOf(value.url, `${place}.url`, problems);
  return url === undefined ? undefined : { url, eventTypes, headers, enabled: enabled === true };
}

function urlOf(value: unknown, place: string, problems: string[]): string | undefined {
  if (typeof value !== 'string') {
    problems.push(value === undefined ? `${place}: this is missing.` : `${place}: this has to be text.`);
    return undefined;
  }

  return checked(() => parseWebhookUrl(value).href, place, problems);
}

function headersOf(value: unknown, place: string, { problems, variable }: Reading): readonly DesiredHeader[] {
  if (value === undefined) return [];
  if (!isRecord(value)) {
    problems.push(`${place}: this has to be names with values, such as {X-Team: crm}.`);
    return [];
  }

  const seen = new Set<string>();
  return Object.entries(value).flatMap(([name, given]) => {
    const at = `${place}.${name}`;
    if (seen.has(name.toLowerCase())) problems.push(`${at}: this header is there already, in other letters.`);
    seen.add(name.toLowerCase());
    if (typeof given !== 'string') {
      problems.push(`${at}: this has to be text; put quotes around it.`);
      return [];
    }

    const resolved = withVariables(given, at, { problems, variable });
    const isFit = checked(() => checkWebhookHeader(name, resolved) === undefined, at, problems);
    return isFit ? [{ name, value: resolved, shown: given.includes('${') ? given : resolved }] : [];
  });
}

/** `${NAME}` is the value of a variable; `$${` is a plain `${`. */
function withVariables(text: string, place: string, { problems, variable }: Reading): string {
  return text.replace(/\$(\$\{)|\$\{([^}]*)\}/g, (_, plain: string | undefined, name: string) => {
    if (plain !== undefined) return plain;
    const value = variable(name);
    if (value === undefined) problems.push(`${place}: the environment has no ${name}.`);
    // Where a secret is missing, CI gives an empty one. To send it would take the header's value away.
    else if (value === '') problems.push(`${place}: ${name} is empty in the environment.`);
    return value ?? '';
  });
}
