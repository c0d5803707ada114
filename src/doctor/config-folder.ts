import { accessSync, constants, lstatSync, realpathSync, statSync } from 'node:fs';
import { systemErrorCode } from '../errors.js';
import { hasModes, isOpenToOthers, modeText } from '../util/file-mode.js';
import { systemErrorText } from '../util/system-error-text.js';
import { failed, ok, warning, type Finding } from './check.js';

/** Whether settings can be kept in a folder, for their owner only. What is in it is looked at with the profile. */
export function lookAtConfigFolder(path: string): Finding {
  let seen = path;
  try {
    if (lstatSync(path).isSymbolicLink()) seen += `, a link to ${realpathSync(path)}`;
    const folder = statSync(path);
    if (!folder.isDirectory())
      return failed(`${seen} is a file, not a folder`, 'Move it away, or set CALREPLY_CONFIG_DIR.');
    const mode = hasModes ? folder.mode & 0o777 : 0;
    const rights = mode === 0 ? '' : ` (mode ${modeText({ mode })})`;
    accessSync(path, constants.R_OK | constants.X_OK);
    if (!isWritable(path)) {
      return warning(
        `${seen}${rights} is read-only: no login and no renewed token can be kept`,
        'Check the rights on the folder, or name another one in CALREPLY_CONFIG_DIR.',
      );
    }

    if (isOpenToOthers({ mode })) return warning(`${seen}${rights} is open to others`, `Close it: chmod 700 ${path}`);
    return ok(`${seen}${rights}`);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return ok(`${seen} is not there yet; the first login makes it`);
    return failed(
      `${seen} cannot be read: ${systemErrorText(error)}`,
      'Check the rights on the folder, or name another one in CALREPLY_CONFIG_DIR.',
    );
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
