import { homedir } from 'node:os';
import { join } from 'node:path';
import { CalReplyError } from '../errors.js';

/*
 * Where settings and data are when the environment names no folder: oclif's own rules, which follow the XDG Base
 * Directory Specification.
 */

/** The folder for settings. */
export function configFolder(env: NodeJS.ProcessEnv): string {
  return folder(env.XDG_CONFIG_HOME, ['.config'], env);
}

/** The same for data. */
export function dataFolder(env: NodeJS.ProcessEnv): string {
  return folder(env.XDG_DATA_HOME, ['.local', 'share'], env);
}

/** Its name in either place; package.json tells oclif the same. */
const NAME = 'calreply';

function folder(named: string | undefined, usual: readonly string[], env: NodeJS.ProcessEnv): string {
  const base = named || (process.platform === 'win32' && env.LOCALAPPDATA);
  return join(base || join(env.HOME || homeFolder(), ...usual), NAME);
}

/** A user without an entry in the system's list, as in some containers, has none. */
function homeFolder(): string {
  try {
    return homedir();
  } catch (cause) {
    throw new CalReplyError('SettingsUnreadable', 'This user has no home folder for settings and data.', {
      cause,
      hint: 'Name one in HOME, or name both folders in CALREPLY_CONFIG_DIR and CALREPLY_DATA_DIR.',
    });
  }
}
