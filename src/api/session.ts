import { CalReplyError, errorFromAnswer, systemErrorCode, type ErrorCode } from '../errors.js';
import {
  parseJson,
  readText,
  sendJson,
  type JsonAnswer,
  type JsonRequest,
  type SendJson,
} from '../util/http-client.js';
import { openStream, type OpenStream } from '../util/http-stream.js';
import { certificateFailure } from '../util/certificate-failure.js';
import { connectionFailure } from '../util/connection-failure.js';
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
  /** Sent in place of tokens, as it is: there is no login. */
  readonly key?: string | undefined;
  /** Tokens of an earlier run; a new login is made when they no longer hold. */
  readonly tokens?: Tokens | undefined;
  /** Keeps new tokens for the next run. */
  readonly onTokens?: ((tokens: Tokens) => Promise<void>) | undefined;
  readonly userAgent: string;
  /** How requests travel; directly when absent. */
  readonly send?: SendJson | undefined;
  /** How streams are opened; directly when absent. */
  readonly openStream?: OpenStream | undefined;
  /** The proxy that they travel through, if any, and the variable that names it: for the sentence of a failure. */
  readonly proxy?: { readonly url: URL; readonly variable: string } | undefined;
  /** What to try when the service cannot be reached, or refuses the client id and the secret. */
  readonly hints?: { readonly unreachable?: string | undefined; readonly refused?: string | undefined } | undefined;
}

/** A token is renewed this long before it ends, so that it does not end on the way. In milliseconds. */
const RENEW_BEFORE = 15_000;

/** A stream on which nothing came for so long is broken, in milliseconds: the service is heard every 15 s. */
const SILENCE_LIMIT = 40_000;

/** What another login right away would only make worse. */
const WAITS: ReadonlySet<ErrorCode> = new Set(['ServiceUnreachable', 'ServiceUnavailable', 'TooManyTries']);

/** What is said to the service: a method, a path of its API, and what goes with it. */
export interface Call {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
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
  /** Renewing that is under way: calls at the same moment share it, since a refresh token holds once. */
  #renewing: Promise<Tokens> | undefined;

  constructor(options: ClientOptions) {
    this.apiUrl = options.apiUrl.replace(/\/+$/, '');
    this.#options = options;
    this.#tokens = options.key === undefined ? options.tokens : { accessToken: options.key, expiresAt: Infinity };
  }

  /** The proxy that calls travel through, if any. */
  get proxy(): URL | undefined {
    return this.#options.proxy?.url;
  }

  /** Tokens that hold now: of the last login, by its refresh token, or of a new one. */
  async currentTokens(): Promise<Tokens> {
    const tokens = this.#tokens;
    return tokens && tokens.expiresAt - RENEW_BEFORE > Date.now() ? tokens : this.renewedTokens();
  }

  /** New tokens, although those of now may hold for a while: for a link that is to outlast them. */
  renewedTokens(): Promise<Tokens> {
    this.#renewing ??= this.#renewed(this.#tokens?.refreshToken).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /**
   * Logs in by client id and secret.
   *
   * @throws {CalReplyError} InvalidCredentials, ServiceUnreachable
   */
  logIn(): Promise<Tokens> {
    return this.#token({ grant_type: 'client_credentials' });
  }

  async #renewed(refreshToken: string | undefined): Promise<Tokens> {
    if (refreshToken === undefined) return this.logIn();
    try {
      return await this.#token({ grant_type: 'refresh_token', refresh_token: refreshToken });
    } catch (error) {
      // Too old, or used up by another process. The client's own credentials still say who it is.
      const isOver = !(error instanceof CalReplyError) || WAITS.has(error.code);
      if (isOver) throw error;
      return this.logIn();
    }
  }

  async #token(form: Record<string, string>): Promise<Tokens> {
    const { clientId, clientSecret, onTokens } = this.#options;
    const basic = [clientId, clientSecret].map(encodeURIComponent).join(':');
    const login = await this.#send({
      method: 'POST',
      url: new URL(`${this.apiUrl}/oauth2/token`),
      headers: {
        authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams(form).toString(),
      // A refresh token that was used up by the first of two is followed by a login.
      isIdempotent: true,
    });
    const answer = login.body;
    if (login.status !== 200 || !isTokenAnswer(answer)) throw this.#loginFailure(login);
    this.#tokens = {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      expiresAt: Date.now() + answer.expires_in * 1000,
    };
    await onTokens?.(this.#tokens);
    return this.#tokens;
  }

  #loginFailure(answer: JsonAnswer): CalReplyError {
    const error = errorOf(answer);
    const hint = this.#options.hints?.refused;
    const isRefusal = error.code === 'InvalidCredentials' || error.code === 'TooManyTries';
    if (!isRefusal || hint === undefined) return error;
    const { retryAfter } = error;
    return new CalReplyError(error.code, error.message, { hint, ...(retryAfter !== undefined && { retryAfter }) });
  }

  /** Sends one call and gives the answer's body. */
  async call<T>(
    method: JsonRequest['method'],
    path: string,
    { body, query = {}, headers = {} }: Call = {},
  ): Promise<T> {
    const url = this.#url(path, query);
    const answer = await this.#authorized((authorization) =>
      this.#send({
        method,
        url,
        headers: {
          ...headers,
          ...authorization,
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        ...('idempotency-key' in headers && { isIdempotent: true }),
      }),
    );
    if (answer.status < 200 || answer.status > 299) throw errorOf(answer);
    return answer.body as T;
  }

  /** Opens a stream that the service sends, and gives what comes of it. */
  async stream(
    path: string,
    { query = {}, headers = {}, signal }: Omit<Call, 'body'> & { readonly signal: AbortSignal },
  ): Promise<AsyncIterable<Buffer>> {
    const url = this.#url(path, query);
    const { failure, ...answer } = await this.#authorized(async (authorization) => {
      const sent = { ...headers, ...authorization, accept: 'text/event-stream' };
      const request = { url, headers: sent, signal, silenceLimit: SILENCE_LIMIT };
      const opened = await this.#reach(() => (this.#options.openStream ?? openStream)(request));
      if (opened.status === 200) return { ...opened, failure: undefined };
      return { ...opened, failure: parseJson(await this.#reach(() => readText(opened.body))) };
    });
    if (answer.status !== 200) throw errorFromAnswer(answer.status, failure);
    return answer.body;
  }

  #url(path: string, query: NonNullable<Call['query']>): URL {
    const url = new URL(this.apiUrl + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }

    return url;
  }

  /** Sends with a token that holds; when it turns out not to, once more with a new one. */
  async #authorized<Answer extends { readonly status: number }>(
    send: (authorization: Readonly<Record<string, string>>) => Promise<Answer>,
  ): Promise<Answer> {
    const sendWith = (token: string) =>
      send({ authorization: `Bearer ${token}`, 'user-agent': this.#options.userAgent });
    const { accessToken } = await this.currentTokens();
    const answer = await sendWith(accessToken);
    if (answer.status !== 401 || this.#options.key !== undefined) return answer;
    // The token was taken back, or the service has new data: log in anew, once. Another call may have done it already.
    if (this.#tokens?.accessToken === accessToken) this.#tokens = undefined;
    return sendWith((await this.currentTokens()).accessToken);
  }

  #send(request: JsonRequest): Promise<JsonAnswer> {
    return this.#reach(() => (this.#options.send ?? sendJson)(request));
  }

  async #reach<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw error instanceof CalReplyError ? error : this.#unreachable(error);
    }
  }

  #unreachable(cause: unknown): CalReplyError {
    const { proxy, hints } = this.#options;
    const url = new URL(this.apiUrl);
    const code = systemErrorCode(cause);
    const certificate = certificateFailure(code, url.hostname);
    // A name and a password may be in the address of a proxy.
    const way = proxy === undefined ? '' : ` through the proxy ${proxy.url.origin}`;
    const reason = `The service at ${this.apiUrl} cannot be reached${way}: ${certificate?.seen ?? connectionFailure(cause, code)}.`;
    const advice =
      certificate?.advice ??
      (proxy === undefined
        ? (hints?.unreachable ?? 'Check the address and your connection.')
        : `Check ${proxy.variable}, or go past the proxy: NO_PROXY=${url.hostname}`);
    return new CalReplyError('ServiceUnreachable', reason, { cause, hint: withDoctor(advice) });
  }
}

function errorOf({ status, body, headers }: JsonAnswer): CalReplyError {
  return errorFromAnswer(status, body, headers['retry-after']);
}

/** Something else may answer there, with 200 and a page of its own. */
function isTokenAnswer(body: unknown): body is TokenAnswer {
  const { access_token: token, expires_in: seconds } = (body ?? {}) as Partial<Record<keyof TokenAnswer, unknown>>;
  return typeof token === 'string' && typeof seconds === 'number';
}

/** What is to be typed stands last. */
function withDoctor(advice: string): string {
  return advice.endsWith('.') ? `${advice} To look closer: calreply doctor` : advice;
}
