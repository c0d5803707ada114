import { BaseCommand } from '../cli/base-command.js';
import { renderDemoEnd, renderDemoEvent, renderDemoStart, type DemoJson } from '../cli/output/demo.js';
import { SIGNAL_CODES, firstSignal } from '../cli/signals.js';
import { runDemo } from '../demo/scenario.js';
import { CalReplyError } from '../errors.js';

export default class Demo extends BaseCommand {
  static override summary = 'See the whole of it at work on this machine, in a few seconds.';
  static override description = `Starts a service with a temporary data folder, a webhook and a listener, lets somebody subscribe and unsubscribe, and shows what is sent, verified and recorded. Leaves nothing behind.\n\nExit codes: 0 everything was delivered and verified, 1 something was not, ${SIGNAL_CODES} ended by a signal.`;
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<DemoJson> {
    await this.parse(Demo);
    void firstSignal().then((exitCode) => process.exit(exitCode));
    this.show(renderDemoStart());
    const { startService } = await import('../server/start.js');
    const result = await runDemo({
      start: startService,
      version: this.config.version,
      userAgent: this.config.userAgent,
      onEvent: (event) => this.show(renderDemoEvent(event)),
    });
    this.show(renderDemoEnd(result, programName(this.config.bin)));
    const { notifications, verified } = result;
    if (verified < 4 || verified < notifications.length) {
      throw new CalReplyError(
        'ServiceFailed',
        `Only ${verified} of ${Math.max(notifications.length, 4)} notifications were delivered and verified.`,
        {
          hint: 'The table above says which was not, and why.',
        },
      );
    }

    return result;
  }
}

/** What to type to run this program again: its name when it is installed, its file in a clone. */
function programName(bin: string): string {
  const script = process.argv[1] ?? bin;
  return script.endsWith(`${bin}`) ? bin : 'node bin/run.js';
}
