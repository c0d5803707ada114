import type { Dispatcher } from 'undici';

/** A request to a service that answers with JSON. */
export interface JsonRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface JsonAnswer {
  readonly status: number;
  /** The parsed body; undefined when there is none or it is not JSON. */
  readonly body: unknown;
}

/** The limit on a whole exchange with the service, in milliseconds. */
const TIMEOUT = 30_000;

/**
 * Sends a request, through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, if any.
 *
 * Undici is loaded here and not before: it takes half of what a short command takes in all.
 */
export async function requestJson({ method, url, headers, body }: JsonRequest): Promise<JsonAnswer> {
  const { EnvHttpProxyAgent, request } = await import('undici');
  const dispatcher = (proxyAgent ??= new EnvHttpProxyAgent());
  const answer = await request(url, { method, headers, body, dispatcher, signal: AbortSignal.timeout(TIMEOUT) });
  const text = await answer.body.text();
  return { status: answer.statusCode, body: parsed(text) };
}

let proxyAgent: Dispatcher | undefined;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
