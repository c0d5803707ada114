import { LOCAL_PROFILE } from '../context.js';
import { green } from './colors.js';
import { renderTable } from './table.js';
import { printable } from './terminal.js';
import { command } from './text.js';

/** What `profiles list --json` prints. */
export interface ProfilesJson {
  /** By name. */
  readonly profiles: readonly ProfileJson[];
  /** The profile that is used when nothing else is said; null is the embedded service. */
  readonly current: string | null;
  /** The variables of the environment that go before the current profile now. */
  readonly overriddenBy: readonly string[];
}

/** One service and account that this machine knows. */
export interface ProfileJson {
  readonly name: string;
  /** URL of the service. */
  readonly service: string;
  readonly clientId: string;
  /** The code of the account, as it was at login; null when it is not known. */
  readonly account: string | null;
  readonly isCurrent: boolean;
}

/** What `profiles use --json` prints. */
export interface UsedProfileJson {
  readonly current: string;
  readonly overriddenBy: readonly string[];
}

/** What `profiles remove --json` prints. */
export interface RemovedProfileJson {
  readonly removed: string;
  /** The profile that is used from now on; null is the embedded service. */
  readonly current: string | null;
}

/** What `logout --json` prints. */
export interface LogoutJson {
  readonly loggedOut: string;
  /** The profile that is used from now on; null is the embedded service. */
  readonly current: string | null;
}

export function renderProfiles({ profiles }: ProfilesJson): string {
  if (profiles.length === 0) {
    return [
      `There are no profiles yet. Log in to a service with: ${command('calreply login')}`,
      `Without one, commands use the embedded service: ${command('calreply listen --forward-to localhost:3000')}`,
    ].join('\n');
  }

  return renderTable<ProfileJson>(
    [
      { head: 'NAME', cell: ({ name }) => name },
      { head: 'SERVICE', cell: ({ service }) => service, shrinks: true },
      { head: 'ACCOUNT', cell: ({ account }) => account ?? '–', shrinks: true },
      { head: 'CLIENT ID', cell: ({ clientId }) => clientId, shrinks: true },
      { head: 'STATE', cell: ({ isCurrent }) => (isCurrent ? 'current' : ''), color: (text) => green(text) },
    ],
    profiles,
  );
}

/** Beside the list: what is used in place of the current profile. */
export function renderOverridden(overriddenBy: readonly string[]): string {
  return `${overriddenBy.map(printable).join(' and ')} from the environment ${overriddenBy.length === 1 ? 'goes' : 'go'} before the current profile.`;
}

export function renderUsed({ current }: UsedProfileJson): string {
  return `${green('✓')} The current profile is ${printable(current)}.`;
}

/** @param left the names of the profiles that are left */
export function renderRemoved({ removed, current }: RemovedProfileJson, left: readonly string[]): string {
  return `${green('✓')} Profile ${printable(removed)} and its credentials are gone from this machine. ${fromNowOn(current, left)}`;
}

/** The same for `logout`. */
export function renderLoggedOut({ loggedOut, current }: LogoutJson, left: readonly string[]): string {
  return `${green('✓')} Logged out of profile ${printable(loggedOut)}. ${fromNowOn(current, left)}`;
}

function fromNowOn(current: string | null, left: readonly string[]): string {
  if (current !== null) return `The current one is ${printable(current)}.`;
  const unused = 'There is no current one now, so commands use the embedded service.';
  // That of the embedded service is what is used anyway.
  const other = left.find((name) => name !== LOCAL_PROFILE);
  return other === undefined ? unused : `${unused} Choose another with: ${command(`calreply profiles use ${other}`)}`;
}
