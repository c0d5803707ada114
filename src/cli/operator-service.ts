import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CalReplyError, systemErrorCode } from '../errors.js';
import type { OperatorServiceOptions } from '../server/operator-service.js';
import { sleep, systemClock } from '../util/clock.js';
import { isOpen } from '../util/port.js';
import { operatorKeyFile, runningService } from '../util/running-service.js';
import { shellWord } from '../util/shell-word.js';
import { systemErrorText } from '../util/system-error-text.js';

/** A service that takes the operator's calls. */
export interface FoundService {
  readonly url: string;
  readonly key: string;
  /** It runs for others as well, and goes on doing so. */
  readonly isLasting: boolean;
  stop(): Promise<void>;
}

/** How long to wait for one that is just starting or ending, and between two looks. In milliseconds. */
const LONGEST_WAIT = 5_000;
const LOOK_EVERY = 100;

export interface OperatorServicePlace extends OperatorServiceOptions {
  /** The database is meant, whatever runs on the data folder. */
  readonly isDatabaseNamed: boolean;
}

/**
 * The service of a data folder or database: the one that runs on the folder, or else one that is started for as long as a
 * command takes.
 *
 * @throws {CalReplyError} NotFound for a folder or database that no service has used, Unauthorized without the key of the one
 *   that runs, and whatever starting one throws
 */
export async function operatorService(options: OperatorServicePlace): Promise<FoundService> {
  const { dataDir } = options;
  const deadline = Date.now() + LONGEST_WAIT;
  for (;;) {
    const running = options.isDatabaseNamed ? undefined : runningService(dataDir);
    if (running && (await isOpen(new URL(running.url)))) {
      const key = options.operatorKey ?? keyIn(dataDir);
      return { url: running.url, key, isLasting: true, stop: () => Promise.resolve() };
    }

    if (!options.database && !existsSync(join(dataDir, 'calreply.db'))) throw noService(dataDir);
    try {
      const { startOperatorService } = await import('../server/operator-service.js');
      return { ...(await startOperatorService(options)), isLasting: false };
    } catch (error) {
      const isPassing = error instanceof CalReplyError && error.code === 'DataFolderInUse';
      if (!isPassing || Date.now() > deadline) throw error;
      await sleep(systemClock, LOOK_EVERY);
    }
  }
}

function noService(dataDir: string): CalReplyError {
  return new CalReplyError('NotFound', `No service has used the data folder ${dataDir}.`, {
    hint: `Name the folder of one with --data-dir, or start one with: calreply serve --data-dir ${shellWord(dataDir)}`,
  });
}

function keyIn(dataDir: string): string {
  const path = operatorKeyFile(dataDir);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    const hint =
      systemErrorCode(cause) === 'ENOENT'
        ? 'The service was started with CALREPLY_OPERATOR_KEY: set it here as well.'
        : 'Run this as the user of the service, or set CALREPLY_OPERATOR_KEY.';
    const reason = `The operator key ${path} cannot be read: ${systemErrorText(cause)}.`;
    throw new CalReplyError('Unauthorized', reason, { cause, hint });
  }
}
