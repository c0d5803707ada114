import type { Account } from '../../model/account.js';
import { green } from './colors.js';
import { printable } from './terminal.js';
import { renderFields } from './text.js';

/** What `whoami` and `login` tell. */
export interface WhoamiJson {
  readonly account: Account;
  /** URL of the service. */
  readonly service: string;
  /** The profile in use, or null when the environment or flags say everything. */
  readonly profile: string | null;
  /** Where the client id and secret come from. */
  readonly credentialsFrom: 'environment' | 'profile';
  readonly clientId: string;
}

export function renderWhoami({ account, service, profile, credentialsFrom, clientId }: WhoamiJson): string {
  return renderFields([
    ['account', printable(`${account.name} (${account.code})`)],
    ['service', printable(service)],
    ['profile', profile],
    ['client id', printable(clientId)],
    ['credentials', credentialsFrom === 'environment' ? 'from the environment' : 'from the profile'],
  ]);
}

export function renderLoggedIn(who: WhoamiJson): string {
  return `${green('✓')} Logged in as ${printable(who.account.name)} at ${printable(who.service)} (profile ${who.profile ?? 'none'}).`;
}
