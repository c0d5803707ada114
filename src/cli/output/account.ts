import type { Tokens } from '../../api/client.js';
import type { KnownAccount } from '../account-code.js';
import type { Context } from '../context.js';
import { green } from './colors.js';
import { printable } from './terminal.js';
import { clockTime, renderFields, timeLeftText } from './text.js';

/** What `whoami` and `login` tell. */
export interface WhoamiJson {
  readonly account: KnownAccount;
  /** URL of the service. */
  readonly service: string;
  /** What said which service it is; `default` is the embedded one. */
  readonly serviceFrom: Context['serviceFrom'];
  /** The profile in use, or null when the environment or flags say everything. */
  readonly profile: string | null;
  /** What said which profile it is: a flag, CALREPLY_PROFILE, or being the current one; null without a profile. */
  readonly profileFrom: Context['profileFrom'];
  /** Where the client id and secret come from. */
  readonly credentialsFrom: Context['credentialsFrom'];
  readonly clientId: string;
  readonly token: TokenJson;
}

/** The access token that is in use. Never the token itself. */
export interface TokenJson {
  /** ISO 8601. Later it is renewed without a word. */
  readonly expiresAt: string;
  /** How it is renewed: by a refresh token, or by the client id and secret. */
  readonly renewedBy: 'refreshToken' | 'credentials';
}

export function tokenJson({ expiresAt, refreshToken }: Tokens): TokenJson {
  return {
    expiresAt: new Date(expiresAt).toISOString(),
    renewedBy: refreshToken === undefined ? 'credentials' : 'refreshToken',
  };
}

export function renderWhoami(who: WhoamiJson, now: number): string {
  const { account, service, profile, clientId, token } = who;
  return renderFields([
    ['account', printable(accountText(account))],
    ['service', printable(service) + SERVICE_FROM[who.serviceFrom]],
    [
      'profile',
      profile === null || who.profileFrom === null ? null : printable(profile) + PROFILE_FROM[who.profileFrom],
    ],
    ['client id', printable(clientId)],
    ['credentials', who.credentialsFrom === 'environment' ? 'from the environment' : 'from the profile'],
    ['token', tokenText(token, now)],
  ]);
}

/** @param before the profile that was the current one until then, if any */
export function renderLoggedIn({ account, service, profile }: WhoamiJson, before: string | undefined): string {
  const name = profile ?? 'none';
  const done = `${green('✓')} Logged in as ${printable(account.name ?? account.code)} at ${printable(service)} (profile ${printable(name)}).`;
  if (before === name) return done;
  return before === undefined
    ? `${done} It is the current profile now.`
    : `${done} It is the current profile now, in place of ${printable(before)}.`;
}

const SERVICE_FROM = {
  flag: ', named by --api-url',
  environment: ', named by CALREPLY_API_URL',
  profile: '',
  default: ', the embedded one',
};

const PROFILE_FROM = {
  flag: ', named by a flag',
  environment: ', named by CALREPLY_PROFILE',
  current: ', the current one',
  default: ', the default',
};

/** `holds for 4 min (until 15:09:05), then renewed by its refresh token` */
function tokenText({ expiresAt, renewedBy }: TokenJson, now: number): string {
  const until = clockTime(new Date(expiresAt));
  const next = renewedBy === 'refreshToken' ? 'renewed by its refresh token' : 'renewed by a new login';
  return `holds for ${timeLeftText(expiresAt, now)} (until ${until}), then ${next}`;
}

/** `Your Account (your-account)`, or just the code where that is all there is. */
function accountText({ name, code }: KnownAccount): string {
  return name === null ? code : `${name} (${code})`;
}
