import { CalReplyError, errorFromAnswer, systemErrorCode } from '../errors.js';
import { sendJson, type JsonAnswer, type JsonRequest, type SendJson } from '../util/http-client.js';
import type { TokenAnswer } from './contract.js';

/** What a login gave. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface ClientOptions {
  /** Where the service is, such as `http://127.0.0.1:4280`. */
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Tokens of an earlier run; a new login is made when they no longer hold. */
  readonly tokens?: Tokens | undefined;
  /** Keeps new tokens for the next run. */
  readonly onTokens?: ((tokens: Tokens) => Promise<void>) | undefined;
  readonly userAgent: string;
  /** How requests travel; directly when absent. */
  readonly send?: SendJson | undefined;
  /** What to try when the service cannot be reached. */
  readonly unreachableHint?: string | undefined;
}

/** A token is renewed this long before it ends, so that it does not end on the way. In milliseconds. */
const RENEW_BEFORE = 15_000;

/** What is said to the service: a method, a path of its API, and what goes with it. */
export interface Call {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Being logged in to a service: every call carries a token that holds, and is renewed when it does not. Every failure is
 * a {@link CalReplyError}: the service's own, or ServiceUnreachable.
 */
export class Session {
  readonly apiUrl: string;
  readonly #options: ClientOptions;
  #tokens: Tokens | undefined;

  constructor(options: ClientOptions) {
    this.apiUrl = options.apiUrl.replace(/\/+$/, '');
    this.#options = options;
    this.#tokens = options.tokens;
  }

  /** An access token that holds now, from the last login, by its refresh token, or by a new one. */
  async accessToken(): Promise<string> {
    const tokens = this.#tokens;
    if (tokens && tokens.expiresAt - RENEW_BEFORE > Date.now()) return tokens.accessToken;
    const refreshed = tokens?.refreshToken ? await this.#refresh(tokens.refreshToken) : undefined;
    return (refreshed ?? (await this.logIn())).accessToken;
  }

  /**
   * Logs in by client id and secret.
   *
   * @throws {CalReplyError} InvalidCredentials, ServiceUnreachable
   */
  logIn(): Promise<Tokens> {
    return this.#token({ grant_type: 'client_credentials' });
  }

  async #refresh(refreshToken: string): Promise<Tokens | undefined> {
    try {
      return await this.#token({ grant_type: 'refresh_token', refresh_token: refreshToken });
    } catch (error) {
      // Used up or too old. The client's own credentials still say who it is.
      if (error instanceof CalReplyError && error.code !== 'ServiceUnreachable') return undefined;
      throw error;
    }
  }

  async #token(form: Record<string, string>): Promise<Tokens> {
    const { clientId, clientSecret, onTokens } = this.#options;
    const basic = [clientId, clientSecret].map(encodeURIComponent).join(':');
    const { status, body } = await this.#send({
      method: 'POST',
      url: new URL(`${this.apiUrl}/oauth2/token`),
      headers: {
        authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams(form).toString(),
    });
    if (status !== 200) throw errorFromAnswer(status, body);
    const answer = body as TokenAnswer;
    this.#tokens = {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      expiresAt: Date.now() + answer.expires_in * 1000,
    };
    await onTokens?.(this.#tokens);
    return this.#tokens;
  }

  /** Sends one call and gives the answer's body. */
  async call<T>(
    method: JsonRequest['method'],
    path: string,
    { body, query = {}, headers = {} }: Call = {},
  ): Promise<T> {
    const url = new URL(this.apiUrl + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }

    const answer = await this.#sendAuthorized(method, url, body, headers);
    if (answer.status < 200 || answer.status > 299) throw errorFromAnswer(answer.status, answer.body);
    return answer.body as T;
  }

  async #sendAuthorized(
    method: JsonRequest['method'],
    url: URL,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<JsonAnswer> {
    const send = async () =>
      this.#send({
        method,
        url,
        headers: {
          ...headers,
          authorization: `Bearer ${await this.accessToken()}`,
          accept: 'application/json',
          'user-agent': this.#options.userAgent,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    const answer = await send();
    if (answer.status !== 401) return answer;
    // The token was taken back, or the service has new data: log in anew, once.
    this.#tokens = undefined;
    return send();
  }

  async #send(request: JsonRequest): Promise<JsonAnswer> {
    try {
      return await (this.#options.send ?? sendJson)(request);
    } catch (error) {
      throw new CalReplyError(
        'ServiceUnreachable',
        `The service at ${this.apiUrl} cannot be reached: ${reasonOf(error)}.`,
        {
          cause: error,
          hint: this.#options.unreachableHint ?? 'Check the address and your connection.',
        },
      );
    }
  }
}

function reasonOf(error: unknown): string {
  const code = systemErrorCode(error);
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name is not known';
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'it closed the connection';
    default:
      return error instanceof Error && error.name === 'TimeoutError'
        ? 'it did not answer in time'
        : (code ?? String(error));
  }
}
