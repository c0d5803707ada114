import { INSTALLATIONS } from '../completion/scripts.js';
import type { Shell } from '../completion/shells.js';
import { dim } from './colors.js';
import { command } from './text.js';

/** What `autocomplete --json` prints. */
export interface AutocompleteJson {
  /** The shell that was named, or the one of this login; null when that one is none there is a script for. */
  readonly shell: Shell | null;
  /** The completion script of that shell, or null. */
  readonly script: string | null;
}

/** How to get completion into these shells. */
export function renderInstallation(shells: readonly Shell[]): string {
  const parts = shells.map((shell) => `${dim(`# ${shell}`)}\n${command(INSTALLATIONS[shell])}`);
  return ['Paste this once, then open a new terminal:', ...parts].join('\n\n');
}
