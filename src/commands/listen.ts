import { hostname } from 'node:os';
import { Flags } from '@oclif/core';
import { ServiceCommand } from '../cli/base-command.js';
import { openDevPorts } from '../cli/dev-ports.js';
import { eventTypesFlag, eventTypesOf } from '../cli/flags.js';
import { parseHeaders, parseTarget } from '../cli/input.js';
import {
  listenJson,
  renderClosedPort,
  renderListenEvent,
  renderReady,
  type LineOptions,
  type ListenJson,
  type ReadyJson,
} from '../cli/output/listen.js';
import { jsonText, out, printable } from '../cli/output/terminal.js';
import { linkFlags, placeOf } from '../cli/link-flags.js';
import { worthALine } from '../cli/output/connection.js';
import { renderPlaced, type PlacedJson } from '../cli/output/place.js';
import { firstSignal } from '../cli/signals.js';
import { webhookId } from '../cli/webhook-id.js';
import { CalReplyError } from '../errors.js';
import { LISTENER_NAME } from '../model/listener.js';
import type { ListenEvent } from '../tunnel/listening.js';
import { isOpen } from '../util/port.js';

/** The longest that a timer of Node.js can run, in seconds; a longer one would end at once. */
const LONGEST_TIMEOUT = 2_147_483;

/** How long ^C waits for what is being forwarded, in milliseconds. */
const DRAIN = 5_000;

export default class Listen extends ServiceCommand {
  static override summary = 'Bring events to a program on this machine as they happen.';
  static override description =
    'Opens a tunnel to the service, so that nothing here must be reachable from outside. The public inbox is an ordinary URL: whatever is POSTed there reaches the local app byte for byte. While the app is down, notifications wait.\n\nThe listener keeps its place under its name: what happens while it is away is delivered when it is back.\n\nExit codes: 2 nowhere to forward to or not a type, 3 not logged in, 5 service not reachable, 7 the tunnel was lost for good, 130 or 143 ended by a signal.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --forward-to localhost',
    '<%= config.bin %> <%= command.id %> --forward-to 3000 --events subscribe,unsubscribe',
    '<%= config.bin %> <%= command.id %> --forward-to 3000 --since 10m',
    '<%= config.bin %> <%= command.id %> --forward-to localhost:3000/hooks --local --json',
  ];
  static override flags = {
    'forward-to': Flags.string({
      char: 'f',
      summary: 'The local app: 3000, localhost:3000/hooks, or a URL. Port 80 when none is given.',
      required: true,
      helpValue: 'TARGET',
    }),
    events: eventTypesFlag(),
    name: Flags.string({
      summary: 'The name of this listener.',
      helpValue: 'NAME',
      defaultHelp: () => Promise.resolve('the name of this machine'),
    }),
    header: Flags.string({
      summary: 'A header to add to every request.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: "'Name: value'",
    }),
    timeout: Flags.integer({
      summary: 'Seconds the local app may take; 0 for no limit.',
      default: 30,
      min: 0,
      max: LONGEST_TIMEOUT,
      helpValue: 'SECONDS',
    }),
    ...linkFlags,
    reveal: Flags.boolean({ summary: 'Show personal data as it is.' }),
    'print-secret': Flags.boolean({ summary: 'Show the secret that verifies the signatures.' }),
  };
  protected override readonly printsJsonLines = true;

  async run(): Promise<void> {
    const { flags } = await this.parse(Listen);
    const target = parseTarget(flags['forward-to']);
    const eventTypes = eventTypesOf(flags.events) ?? [];
    const headers = parseHeaders(flags.header ?? []);
    const place = placeOf(flags, Date.now());
    const { api, context } = await this.connect(flags);
    const signal = firstSignal();
    const signAs = flags['sign-as'] === undefined ? undefined : await webhookId(api, flags['sign-as']);
    const wanted = { name: listenerName(flags.name), eventTypes, ...(signAs !== undefined && { signAs }) };
    // The tunnel is loaded while the service answers.
    const [account, listener, { forwarder }, { startListening }] = await Promise.all([
      api.account(),
      api.openListener({ ...wanted, takeover: flags.takeover }),
      import('../tunnel/forward.js'),
      import('../tunnel/listening.js'),
    ]);
    if (place) {
      const placed = await api.placeListener(listener.id, { ...place, takeover: flags.takeover });
      this.#tellPlaced({ ...place, ...placed });
    }

    const { name } = wanted;
    const ready: ReadyJson = {
      type: 'ready',
      at: new Date().toISOString(),
      account: account.code,
      listener: { id: listener.id, name, webhookId: listener.webhookId },
      eventTypes,
      forwardTo: target.href,
      inboxUrl: listener.inboxUrl,
      secret: flags['print-secret'] ? listener.secret : null,
    };
    const isWorthALine = worthALine();
    const tell = (event: ListenEvent) => this.#tell(event, isWorthALine(event), { reveal: flags.reveal });
    const onEvent = (event: ListenEvent) => {
      if (event.kind !== 'connected' || event.again) return tell(event);
      this.#remember(api.apiUrl, name);
      this.#greet(ready, context.profile);
      if (ready.secret !== null) this.note(`Signing secret: ${printable(ready.secret)}`);
      // What waits is what was just said to come again, or nothing.
      this.#tell(event, place === undefined, { reveal: flags.reveal });
      void this.#adviseOnClosedPort(target);
    };
    const listening = startListening({
      open: () => api.tunnelOf(wanted),
      renew: () => api.renewedAccessToken(),
      takeover: flags.takeover,
      window: flags.concurrency,
      order: flags['strict-order'] ? 'listener' : undefined,
      client: `${this.config.name}/${this.config.version} on ${hostname()}`,
      forwarder: forwarder({ target, headers, timeout: flags.timeout * 1000 }),
      onEvent,
    });
    const exitCode = await Promise.race([signal, listening.ended]);
    await listening.stop(DRAIN);
    if (this.jsonEnabled()) this.#line({ type: 'closed', at: new Date().toISOString() });
    else this.note(`\nStopped. Listener “${name}” keeps its place: what happens now is delivered when it is back.`);
    this.exit(exitCode ?? 0);
  }

  #greet(ready: ReadyJson, profile: string | null): void {
    if (this.jsonEnabled()) this.#line(ready);
    else this.note(renderReady(ready, profile));
  }

  /** For `events trigger --to mine`, which alone does not work when this fails. */
  #remember(apiUrl: string, name: string): void {
    try {
      this.rememberedListeners.remember(apiUrl, name);
    } catch (error) {
      const why = printable((error as Error).message);
      this.note(`This listener could not be remembered for events trigger --to mine: ${why}.`);
    }
  }

  #tellPlaced(placed: Omit<PlacedJson, 'type' | 'at'>): void {
    const now = new Date();
    const json = { type: 'placed', at: now.toISOString(), ...placed } as const;
    if (this.jsonEnabled()) this.#line(json);
    else this.note(renderPlaced(json, now));
  }

  #tell(event: ListenEvent, isWorthALine: boolean, options: LineOptions): void {
    const now = new Date();
    if (this.jsonEnabled()) {
      const json = listenJson(event, now);
      return json && this.#line(json);
    }

    const line = isWorthALine ? renderListenEvent(event, now, options) : undefined;
    if (line !== undefined) this.show(line);
  }

  #line(json: ListenJson): void {
    out(jsonText(json));
  }

  /** “localhost” alone is port 80, where a development server seldom is. */
  async #adviseOnClosedPort(target: URL): Promise<void> {
    if (!(await isOpen(target))) this.note(renderClosedPort(target, await openDevPorts()));
  }
}

function listenerName(given: string | undefined): string {
  // A machine's name may have what the name of a listener may not.
  const name =
    given ??
    (hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 64) ||
      'listener');
  if (new RegExp(LISTENER_NAME).test(name)) return name;
  throw new CalReplyError('WrongUse', `“${name}” cannot be the name of a listener.`, {
    hint: 'Use up to 64 letters, digits, dots, - and _.',
  });
}
