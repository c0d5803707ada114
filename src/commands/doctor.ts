import { Flags } from '@oclif/core';
import { ServiceCommand } from '../cli/base-command.js';
import { resolveContext } from '../cli/context.js';
import { openDevPorts } from '../cli/dev-ports.js';
import { parseTarget } from '../cli/input.js';
import { renderCheck, renderDoctorEnd, type DoctorJson } from '../cli/output/doctor.js';
import { SIGNAL_CODES, firstSignal } from '../cli/signals.js';
import { examine } from '../doctor/examine.js';
import { sendJson } from '../util/http-client.js';

export default class Doctor extends ServiceCommand {
  static override summary =
    'Look whether everything is in order for events to arrive, and say what to do where it is not.';
  static override description = `Looks at the settings, the proxy, the service and its certificate, the clocks, the credentials, the webhooks and the local app, and sends itself a Test event through a tunnel; that event stays in the history. Without --local it starts no service.\n\nExit codes: 0 nothing failed, 1 or 2 the settings, 3 the credentials, 5 the service is not reachable, ${SIGNAL_CODES} ended by a signal. Of several failures the first counts, and a failure of anything else ends with 1.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --forward-to localhost:3000',
    '<%= config.bin %> <%= command.id %> --local --json | jq \'.checks[] | select(.status == "failed")\'',
  ];
  static override flags = {
    'forward-to': Flags.string({
      char: 'f',
      summary: 'The local app that events are to reach: 3000, localhost:3000/hooks, or a URL.',
      helpValue: 'TARGET',
    }),
  };

  async run(): Promise<DoctorJson> {
    const { flags } = await this.parse(Doctor);
    const forwardTo = flags['forward-to'];
    const target = forwardTo === undefined ? undefined : parseTarget(forwardTo);
    const stopping = new AbortController();
    let signalCode: number | undefined;
    void firstSignal().then((code) => {
      signalCode = code;
      stopping.abort();
    });

    const { checks, exitCode } = await examine({
      version: this.config.version,
      configFolder: this.profileFiles.folder,
      context: () => resolveContext(flags, this.env, this.profileFiles),
      proxies: this.env.proxies,
      client: (context) => this.clientOf(context),
      sender: async (apiUrl) => (await this.transport(apiUrl)).send ?? sendJson,
      startService: flags.local ? (context) => this.startLocalService(context) : undefined,
      target,
      openPorts: openDevPorts,
      signal: stopping.signal,
      onCheck: (check) => this.show(renderCheck(check)),
    });
    if (signalCode !== undefined) this.exit(signalCode);
    const result: DoctorJson = { ok: exitCode === 0, checks };
    this.show(renderDoctorEnd(result));
    // What failed is a result of this command too, so it is printed like one.
    process.exitCode = exitCode;
    return result;
  }
}
