import { CalReplyError } from '../errors.js';
import { checkWebhookHeader, parseWebhookUrl } from '../model/webhook-rules.js';
import { shellWord } from '../util/shell-word.js';
import { parseHeaders } from './input.js';

/** The URL of a webhook as it was typed, read before anything is asked of the service. */
export interface TypedUrl {
  /** As the service writes it. */
  readonly href: string;
  /** What no request carries, such as `#part`, and is left out; null when there is none. */
  readonly fragment: string | null;
}

/** @throws {CalReplyError} InvalidUrl, with what was probably meant */
export function typedUrl(text: string): TypedUrl {
  try {
    return { href: parseWebhookUrl(text).href, fragment: new URL(text).hash || null };
  } catch (error) {
    if (!(error instanceof CalReplyError) || error.hint !== undefined) throw error;
    throw new CalReplyError(error.code, error.message, { cause: error, hint: meantUrl(text.trim()) });
  }
}

/** What somebody means who leaves out the scheme: `localhost:3000`, `3000`, `example.com/hooks`. */
function meantUrl(text: string): string | undefined {
  const bare = text.replace(/^:?(?=\d{1,5}(\/|$))/, 'localhost:');
  if (!/^[\w.-]+(:\d+)?([/?]|$)/.test(bare) || !URL.canParse(`http://${bare}`)) return undefined;
  const { hostname } = new URL(`http://${bare}`);
  if (hostname === 'localhost' || hostname.startsWith('127.')) {
    // Only a service on this machine reaches that; from any other a listener brings events here.
    const [url, target] = [shellWord(`http://${bare}`), shellWord(bare)];
    return `Did you mean: ${url} or calreply listen --forward-to ${target}`;
  }

  return hostname.includes('.') ? `Did you mean: ${shellWord(`https://${bare}`)}` : undefined;
}

/**
 * The headers of a webhook as they were typed, `Name: value` each.
 *
 * @throws {CalReplyError} WrongUse for one that is none, or is there twice, in whatever letters: a receiver sees one of
 *   them. InvalidRequest for one that no notification can carry
 */
export function typedHeaders(texts: readonly string[]): [name: string, value: string][] {
  const headers = parseHeaders(texts);
  const seen = new Map<string, string>();
  for (const [name, value] of headers) {
    checkWebhookHeader(name, value);
    const first = seen.get(name.toLowerCase());
    if (first !== undefined) {
      const letters = first === name ? '' : `, in other letters: ${first}`;
      throw new CalReplyError('WrongUse', `The header ${name} is there twice${letters}.`, {
        hint: 'A receiver gets one value for each name.',
      });
    }

    seen.set(name.toLowerCase(), name);
  }

  return headers;
}
