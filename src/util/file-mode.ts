import type { Stats } from 'node:fs';

/** On Windows, rights are not in the mode. */
export const hasModes = process.platform !== 'win32';

/** True when others than its owner may do anything with a file. */
export function isOpenToOthers({ mode }: Pick<Stats, 'mode'>): boolean {
  return hasModes && (mode & 0o077) !== 0;
}

/** `0644` */
export function modeText({ mode }: Pick<Stats, 'mode'>): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
