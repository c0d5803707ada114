import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { LOCAL_PORT } from '../cli/context.js';
import { defaultDataDir, runService } from '../cli/local-service.js';
import { renderServing, type ServeJson, type ServingJson } from '../cli/output/serve.js';
import { jsonText, out } from '../cli/output/terminal.js';
import { firstSignal } from '../cli/signals.js';
import { parseKeep } from '../cli/time.js';

export default class Serve extends BaseCommand {
  static override summary =
    'Run the service: it takes subscriptions and events, and delivers them to webhooks and listeners.';
  static override description =
    'Everything it keeps is in its data folder. On an empty one it makes an account with a calendar and credentials, and writes the profile “local”, which --local uses.\n\nWhat is pending is kept until it is finished, however long that takes.\n\nExit codes: 1 the port or the data folder cannot be used, 2 a flag is not valid, 130 or 143 ended by a signal.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --port 8080 --data-dir ./calreply-data',
  ];
  static override flags = {
    port: Flags.integer({ summary: 'The port; 0 for any that is free.', default: LOCAL_PORT, min: 0, max: 65_535 }),
    host: Flags.string({ summary: 'The address to bind to.', default: '127.0.0.1' }),
    public: Flags.boolean({
      summary: 'Send to public https addresses only, also when bound to loopback: for a service behind a proxy.',
    }),
    'data-dir': Flags.string({ summary: 'The folder for everything that is kept.', helpValue: 'DIR' }),
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
  };
  protected override readonly printsJsonLines = true;

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve);
    const dataDir = flags['data-dir'] ?? defaultDataDir(this.env.dataDir);
    const service = await runService({
      ...this.localServiceOptions,
      dataDir,
      port: flags.port,
      host: flags.host,
      isPublic: flags.public,
      keep: parseKeep(flags.keep),
      logLevel: flags['log-level'],
    });
    const signal = firstSignal();
    const serving: ServingJson = {
      type: 'ready',
      url: service.url,
      dataDir,
      account: service.account.code,
      pid: process.pid,
    };
    if (this.jsonEnabled()) out(jsonText(serving));
    else this.show(renderServing(serving));
    const exitCode = await signal;
    this.note('Stopping: what is on its way may end …');
    await service.stop();
    if (this.jsonEnabled()) out(jsonText({ type: 'stopped' } satisfies ServeJson));
    this.exit(exitCode);
  }
}
