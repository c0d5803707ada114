import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import type { CalReplyError } from '../errors.js';
import { BaseCommand } from '../cli/base-command.js';
import { databaseAddress } from '../cli/database-address.js';
import { LOCAL_PORT } from '../cli/context.js';
import { defaultDataDir, runService } from '../cli/local-service.js';
import { renderServing, UNSAVED, unsavedText, type ServeJson, type ServingJson } from '../cli/output/serve.js';
import { jsonText, out, say } from '../cli/output/terminal.js';
import { SIGNAL_CODES, firstSignal } from '../cli/signals.js';
import { parseKeep } from '../cli/time.js';

export default class Serve extends BaseCommand {
  static override summary =
    'Run the service: it takes subscriptions and events, and delivers them to webhooks and listeners.';
  static override description = `Everything it keeps is in its data folder. On an empty one it makes an account with a calendar and credentials, and writes the profile “local”, which --local uses.\n\nWhat is pending is kept until it is finished, however long that takes.\n\nWith --database, start as many processes as you like on one PostgreSQL; they share the work, and the data folder has keys only.\n\nExit codes: 1 the port, the data folder, the database or the encryption key cannot be used, 2 wrong use, ${SIGNAL_CODES} ended by a signal.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --port 8080 --data-dir ./calreply-data',
    '<%= config.bin %> <%= command.id %> --database postgres://calreply@db.example.com/calreply',
    '<%= config.bin %> <%= command.id %> --public --allow-network 10.20.0.0/16',
  ];
  static override flags = {
    port: Flags.integer({ summary: 'The port; 0 for any that is free.', default: LOCAL_PORT, min: 0, max: 65_535 }),
    host: Flags.string({ summary: 'The address to bind to.', default: '127.0.0.1' }),
    public: Flags.boolean({
      summary: 'Send to public https addresses only, also when bound to loopback: for a service behind a proxy.',
    }),
    'allow-network': Flags.string({
      summary: 'A network that a public service sends to as well, by http too, such as 10.0.0.0/8.',
      helpValue: 'CIDR',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'data-dir': Flags.string({ summary: 'The folder for everything that is kept.', helpValue: 'DIR' }),
    database: Flags.string({
      summary:
        'The PostgreSQL that everything is kept in, and that any number of processes share; CALREPLY_DATABASE_URL, or the data folder, when absent.',
      helpValue: 'postgres://…',
    }),
    'listen-database': Flags.string({
      summary: 'The same PostgreSQL past a pooler that passes no notices on; CALREPLY_DATABASE_LISTEN_URL when absent.',
      helpValue: 'postgres://…',
    }),
    'encryption-key-file': Flags.string({
      summary:
        'What the secrets of webhooks are encrypted with; CALREPLY_ENCRYPTION_KEY, or a key in the data folder, when absent.',
      helpValue: 'FILE',
    }),
    keep: Flags.string({
      summary: 'How long finished notifications and their events are kept, such as 12h or 8w, or “forever”.',
      helpValue: 'TIME',
      default: '30d',
    }),
    'log-level': Flags.option({
      options: ['error', 'warn', 'info', 'debug'] as const,
      summary: 'How much the log on stderr says.',
      default: 'warn' as const,
    })(),
    'metrics-public': Flags.boolean({
      summary: 'Show GET /metrics to whoever reaches the service, not only to programs on this machine.',
    }),
    'ready-lag': Flags.integer({
      summary: 'GET /ready fails when what is due is sent this late; 0 for never.',
      helpValue: 'SECONDS',
      default: 60,
      min: 0,
      max: 86_400,
    }),
  };
  protected override readonly printsJsonLines = true;

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve);
    const dataDir = resolve(flags['data-dir'] ?? defaultDataDir(this.env.dataDir));
    const database = databaseAddress(flags, this.env);
    let unsaved: CalReplyError | undefined;
    const service = await runService({
      ...this.localServiceOptions,
      dataDir,
      database,
      port: flags.port,
      host: flags.host,
      isPublic: flags.public,
      allowNetworks: flags['allow-network'],
      encryptionKeyFile: flags['encryption-key-file'],
      keep: parseKeep(flags.keep),
      logLevel: flags['log-level'],
      metrics: flags['metrics-public'] ? 'public' : 'local',
      readyLag: flags['ready-lag'] * 1000,
      onUnsaved: (error) => (unsaved = error),
    });
    const signal = firstSignal();
    const serving: ServingJson = {
      type: 'ready',
      url: service.url,
      dataDir,
      database: service.database,
      account: service.account.code,
      pid: process.pid,
    };
    if (this.jsonEnabled()) {
      if (unsaved) service.warn({ reason: unsaved.message, hint: unsaved.hint }, UNSAVED);
      out(jsonText(serving));
    } else {
      if (unsaved) say(unsavedText(unsaved, { ...serving, hasCredentials: await service.hasCredentials() }));
      out(renderServing(serving, unsaved === undefined));
    }

    const exitCode = await signal;
    this.note('Stopping: what is on its way may end …');
    await service.stop();
    if (this.jsonEnabled()) out(jsonText({ type: 'stopped' } satisfies ServeJson));
    this.exit(exitCode);
  }
}
