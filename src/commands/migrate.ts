import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { databaseAddress } from '../cli/database-address.js';
import { defaultDataDir } from '../cli/local-service.js';
import { moveService } from '../cli/move-service.js';
import { renderMigrated, type MigratedJson } from '../cli/output/migrate.js';
import { SIGNAL_CODES, firstSignal } from '../cli/signals.js';
import { CalReplyError } from '../errors.js';

export default class Migrate extends BaseCommand {
  static override summary = 'Move a service from its data folder to a PostgreSQL, with its whole history.';
  static override description = `The service has to be stopped, and the database has to be empty. The folder is only read. A move that was broken off goes on when the same is called again; until it is done, no service starts on that database. In the end all rows are counted on both sides.\n\nSecrets stay encrypted as they are: start the service with the same --data-dir, or the same --encryption-key-file.\n\nExit codes: 0 done, 1 the data folder or the database cannot be used, 2 wrong use, 4 no service has used the folder, ${SIGNAL_CODES} ended by a signal.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> --to postgres://calreply@db.example.com/calreply',
    '<%= config.bin %> <%= command.id %> --from sqlite:/var/lib/calreply --to postgres://calreply@db.example.com/calreply',
  ];
  static override flags = {
    from: Flags.string({
      summary: 'The data folder of the service; that of the embedded one when absent.',
      helpValue: 'sqlite:DIR',
    }),
    to: Flags.string({
      summary: 'The PostgreSQL to move to; CALREPLY_DATABASE_URL when absent, also for an address with a password.',
      helpValue: 'postgres://…',
    }),
  };

  async run(): Promise<MigratedJson> {
    const { flags } = await this.parse(Migrate);
    const from = flags.from === undefined ? defaultDataDir(this.env.dataDir) : folderOf(flags.from);
    const to = databaseAddress({ database: flags.to, flag: '--to' }, this.env);
    if (!to) throw new CalReplyError('WrongUse', 'Say where to move to, with --to or CALREPLY_DATABASE_URL.');

    const breaking = new AbortController();
    let signalCode: number | undefined;
    void firstSignal().then((code) => {
      signalCode = code;
      breaking.abort();
    });
    const moved = await moveService(from, to, breaking.signal);
    if (!moved) {
      this.note('Broken off. To go on, call the same again.');
      this.exit(signalCode ?? 1);
    }

    const result = { from, ...moved };
    this.show(renderMigrated(result));
    return result;
  }
}

function folderOf(from: string): string {
  const [, folder] = /^sqlite:(?:\/\/)?(.+)$/.exec(from) ?? [];
  if (folder !== undefined) return resolve(folder);
  throw new CalReplyError('WrongUse', '--from names a data folder, such as sqlite:/var/lib/calreply');
}
