import { createHash, randomBytes } from 'node:crypto';
import OAuth2Server from '@node-oauth/oauth2-server';
import { CalReplyError } from '../errors.js';
import type { Store, TokenHolder } from '../store/store.js';
import type { Clock } from '../util/clock.js';
import { clientLogin, type ClientLogin, type LoginOptions } from './client-login.js';
import type { TokenAnswer } from './contract.js';
import { mayLogIn, type Credentials } from './credentials.js';

export type { LoginOptions, LoginTry } from './client-login.js';

/** CalReply's documented lifetimes, in seconds; clients are told to rely on `expires_in`. */
const ACCESS_TOKEN_LIFETIME = 5 * 60;
const REFRESH_TOKEN_LIFETIME = 60 * 60;

/** Logs clients in (RFC 6749) and says on whose behalf a request comes (RFC 6750). */
export interface Auth {
  /**
   * Answers a token request: `client_credentials` or `refresh_token`, with the client's id and secret in a Basic header
   * or in the body.
   *
   * @param address where the request comes from
   * @throws {TokenRequestError} with the fields that RFC 6749 section 5.2 asks for
   * @throws {CalReplyError} TooManyTries, ServiceUnavailable
   */
  token(headers: Record<string, string>, form: Record<string, string>, address: string): Promise<TokenAnswer>;
  /**
   * Who was given the access token that the Authorization header carries.
   *
   * @throws {CalReplyError} Unauthorized
   */
  authenticate(authorization: string | undefined): Promise<TokenHolder>;
  /** Whether the client of this id may log in still: asked for what goes on for longer than a token holds. */
  mayLogIn(clientId: string): Promise<boolean>;
}

/** A refused token request, in the words of RFC 6749 section 5.2. */
export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError';
  readonly status: number;
  /** Such as `invalid_client`. */
  readonly error: string;

  constructor(status: number, error: string, description: string, options?: { cause?: unknown }) {
    super(description, options);
    this.status = status;
    this.error = error;
  }
}

export function oauth(options: LoginOptions & { readonly store: Store }): Auth {
  const { store, clock } = options;
  const logIn = clientLogin(options);

  return {
    async token(headers, form, address) {
      // One for each request, since the library does not tell its model where a request comes from.
      const server = new OAuth2Server({
        model: tokenModel(store, clock, (credentials) => logIn(credentials, address)),
        accessTokenLifetime: ACCESS_TOKEN_LIFETIME,
        refreshTokenLifetime: REFRESH_TOKEN_LIFETIME,
      });
      const request = new OAuth2Server.Request({
        method: 'POST',
        headers: {
          ...headers,
          ...(headers.authorization && { authorization: formDecodedBasic(headers.authorization) }),
        },
        body: form,
        query: {},
      });
      const response = new OAuth2Server.Response();
      try {
        await server.token(request, response);
        return response.body as TokenAnswer;
      } catch (error) {
        throw tokenRequestError(error);
      }
    },
    async authenticate(authorization) {
      const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '') ?? [];
      if (token === undefined)
        throw new CalReplyError('Unauthorized', 'This call needs an access token: Authorization: Bearer …');
      const holder = await store.holderOfToken(tokenHash(token), clock.now());
      if (!holder) throw new CalReplyError('Unauthorized', 'The access token is not valid, or no longer.');
      return holder;
    },
    mayLogIn: (clientId) => mayLogIn(store, clientId, clock.now()),
  };
}

/** What the OAuth library asks of us. Tokens are kept as hashes, so that a copy of the database opens no door. */
function tokenModel(
  store: Store,
  clock: Clock,
  logIn: (credentials: Credentials) => ReturnType<ClientLogin>,
): OAuth2Server.ClientCredentialsModel & OAuth2Server.RefreshTokenModel {
  const grants = ['client_credentials', 'refresh_token'];
  return {
    async getClient(clientId, clientSecret) {
      const client = await logIn({ clientId, clientSecret: clientSecret ?? '' });
      return client && { id: client.clientId, grants, accountId: client.accountId };
    },
    getUserFromClient: (client) => Promise.resolve({ accountId: client.accountId as string }),
    generateAccessToken: () => Promise.resolve(randomToken()),
    generateRefreshToken: () => Promise.resolve(randomToken()),
    async saveToken(token, client, user) {
      // The library issues no refresh token for client credentials (RFC 6749 advises against it); CalReply does.
      const refreshToken = token.refreshToken ?? randomToken();
      const now = clock.now();
      const owner = { clientId: client.id, accountId: user.accountId as string };
      await store.write(async (transaction) => {
        await transaction.removeExpiredTokens(now);
        await transaction.addToken({
          ...owner,
          kind: 'access',
          hash: tokenHash(token.accessToken),
          expiresAt: now + ACCESS_TOKEN_LIFETIME * 1000,
        });
        await transaction.addToken({
          ...owner,
          kind: 'refresh',
          hash: tokenHash(refreshToken),
          expiresAt: now + REFRESH_TOKEN_LIFETIME * 1000,
        });
      });
      return { ...token, refreshToken, client, user };
    },
    // Only asked by the library's own authenticate(), which `authenticate` below the token call replaces.
    getAccessToken: () => Promise.resolve(undefined),
    async getRefreshToken(refreshToken) {
      const known = await store.token(tokenHash(refreshToken));
      // By our clock: the library would ask the system's.
      if (known?.kind !== 'refresh' || known.expiresAt <= clock.now()) return undefined;
      return {
        refreshToken,
        client: { id: known.clientId, grants, accountId: known.accountId },
        user: { accountId: known.accountId },
      };
    },
    revokeToken: (token) =>
      store.write((transaction) => transaction.removeToken(tokenHash(String(token.refreshToken)))),
  };
}

/**
 * RFC 6749 section 2.3.1 has the id and the secret form-encoded inside the Basic header. Careful clients do that, most do
 * not, and the OAuth library does not undo it. What we issue has no character that decoding would change.
 */
function formDecodedBasic(authorization: string): string {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return authorization;
  try {
    const parts = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    const decoded = parts.map((part) => decodeURIComponent(part.replaceAll('+', ' '))).join(':');
    return `Basic ${Buffer.from(decoded).toString('base64')}`;
  } catch {
    return authorization;
  }
}

function tokenRequestError(cause: unknown): TokenRequestError {
  if (!(cause instanceof OAuth2Server.OAuthError)) throw cause;
  // The library wraps what its model throws: a login that is throttled, a store that cannot be written to.
  const { inner } = cause as { readonly inner?: unknown };
  if (inner instanceof CalReplyError) throw inner;
  if (cause.code >= 500) throw inner instanceof Error ? inner : cause;
  // RFC 6749 section 5.2 has 401 for a client that failed to log in, also when it tried in the body.
  const status = cause.name === 'invalid_client' ? 401 : cause.code;
  return new TokenRequestError(status, cause.name, cause.message, { cause });
}

function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Tokens are 256 random bits, so a fast hash keeps them as well as a slow one. */
function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
