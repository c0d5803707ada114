import { Command, Errors, Flags } from '@oclif/core';
import type { Service } from '../server/start.js';
import { ApiClient } from '../api/client.js';
import { CalReplyError } from '../errors.js';
import { sendJson } from '../util/http-client.js';
import { refuseSwitchValues } from './boolean-flags.js';
import { connectionHints } from './connection-hints.js';
import { environment, LOCAL_URL, resolveContext, type Context, type ContextFlags } from './context.js';
import { didYouMean } from './did-you-mean.js';
import { ensureLocalService, type LocalServiceOptions } from './local-service.js';
import { withoutColors } from './output/colors.js';
import { renderError, reportFailure } from './output/errors.js';
import { jsonText, out, printable, say } from './output/terminal.js';
import { parserText } from './parser-text.js';
import { ProfileFiles } from './profile-files.js';
import { Interrupted, INTERRUPTED } from './prompts.js';
import { RememberedListeners } from './remembered-listeners.js';
import { revivingSender } from './reviving-sender.js';
import { transportTo, type Transport } from './transport.js';

/** What every command has: one way to print, one way to fail. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    json: Flags.boolean({ summary: 'Print JSON, for programs.', helpGroup: 'GLOBAL' }),
    color: Flags.boolean({
      allowNo: true,
      default: true,
      summary: 'Colours; NO_COLOR and FORCE_COLOR are heeded too.',
      helpGroup: 'GLOBAL',
    }),
  };

  protected readonly env = environment();
  /** With --json this command prints one object a line for as long as it runs, in place of one object at its end. */
  protected readonly printsJsonLines: boolean = false;

  /**
   * Runs it from its first line to its last, and says what is wrong when it fails.
   *
   * @throws {Errors.ExitError} with the exit code
   */
  async execute(): Promise<void> {
    await this._run();
  }

  /** In place of oclif's, which looks for deprecated names. */
  protected override init(): Promise<void> {
    refuseSwitchValues(this.argv, { ...this.ctor.baseFlags, ...this.ctor.flags });
    if (this.env.noColor && !this.argv.includes('--color')) withoutColors();
    return Promise.resolve();
  }

  #profileFiles: ProfileFiles | undefined;

  /** The profiles on this machine. What was wrong with their rights is said with --json too: it is said this once. */
  protected get profileFiles(): ProfileFiles {
    this.#profileFiles ??= new ProfileFiles(this.env.configDir, {
      say: (text) => say(printable(text)),
    });
    return this.#profileFiles;
  }

  /** The listeners that were opened from this machine. */
  protected get rememberedListeners(): RememberedListeners {
    return new RememberedListeners(this.env.configDir);
  }

  protected get localServiceOptions(): LocalServiceOptions {
    return {
      files: this.profileFiles,
      dataHome: this.env.dataDir,
      version: this.config.version,
      encryptionKey: this.env.encryptionKey,
      operatorKey: this.env.operatorKey,
    };
  }

  /**
   * How requests travel to a service: through a proxy when the environment names one for it. What knows how is loaded
   * only then.
   *
   * @throws {CalReplyError} WrongUse for a proxy that cannot be used
   */
  protected transport(apiUrl: string): Promise<Transport> {
    return transportTo(apiUrl, this.env.proxies);
  }

  /** Shows the result to a person; a program gets what `run` returns. */
  protected show(text: string): void {
    if (!this.jsonEnabled()) out(text);
  }

  /** Says something beside the result. */
  protected note(text: string): void {
    if (!this.jsonEnabled()) say(text);
  }

  /**
   * Ends with the exit code of `error` although there is a result. A person is told why after it; a program gets the
   * result, which says it, and the code.
   */
  protected failWithResult(error: CalReplyError): void {
    process.exitCode = error.exitCode;
    this.note(renderError(error));
  }

  override logJson(json: unknown): void {
    out(jsonText(json, this.#jsonIndent));
  }

  get #jsonIndent(): number | undefined {
    return this.printsJsonLines ? undefined : 2;
  }

  /** One sentence and the right exit code, the same with and without --json. */
  protected override catch(error: Error): never {
    // `this.exit(…)` in a command is an ending, not a failure.
    if (error instanceof Errors.ExitError) throw error;
    if (error instanceof Interrupted) this.exit(INTERRUPTED);
    const known = this.#knownError(error);
    // Set before anything is printed: whoever should read it may be gone, and that ends the process.
    process.exitCode = known.exitCode;
    reportFailure(known, { asJson: this.jsonEnabled(), indent: this.#jsonIndent });
    this.exit(known.exitCode);
  }

  /** Every failure as one of ours: what oclif finds wrong with the command line, and what nobody foresaw. */
  #knownError(error: Error): CalReplyError {
    if (error instanceof CalReplyError) return error;
    if (namesUnknownFlags(error)) return this.#unknownFlags(error.flags, error);
    if ('oclif' in error) {
      const hint = `See: ${this.#spokenId} --help`;
      return new CalReplyError('WrongUse', parserText(error.message), { cause: error, hint });
    }

    return new CalReplyError('ServiceFailed', `Something went wrong that was not foreseen: ${error.message}`, {
      cause: error,
      hint: 'Run it again with DEBUG=* for all there is to know, and please report it.',
    });
  }

  #unknownFlags(flags: readonly string[], cause: Error): CalReplyError {
    const [first = ''] = flags.map((flag) => flag.replace(/=.*$/s, ''));
    const { flags: own, baseFlags } = this.ctor;
    const known = ['json', 'help', ...Object.keys({ ...baseFlags, ...own })].map((name) => `--${name}`);
    const reason = `${this.#spokenId} has no flag ${first}.`;
    const hint = didYouMean(first, known) ?? `See: ${this.#spokenId} --help`;
    return new CalReplyError('WrongUse', reason, { cause, hint });
  }

  /** `calreply webhooks list` */
  get #spokenId(): string {
    return ['calreply', ...(this.id ?? '').split(':')].join(' ').trimEnd();
  }
}

/** A command that talks to the service. */
export abstract class ServiceCommand extends BaseCommand {
  static override baseFlags = {
    ...BaseCommand.baseFlags,
    profile: Flags.string({
      char: 'p',
      summary: 'The profile to use.',
      helpGroup: 'GLOBAL',
      helpValue: 'NAME',
    }),
    'api-url': Flags.string({
      summary: 'The service to talk to.',
      helpGroup: 'GLOBAL',
      helpValue: 'URL',
    }),
    local: Flags.boolean({
      summary: 'The embedded service on this machine; it is started when it does not run.',
      helpGroup: 'GLOBAL',
      exclusive: ['profile', 'api-url'],
    }),
  };

  #service: Service | undefined;
  #starting: Promise<void> | undefined;
  #hasToldStarting = false;

  /** True when the embedded service runs in this process, and ends with it. */
  protected get servesItself(): boolean {
    return this.#service !== undefined;
  }

  /**
   * The service as this command was told to use it.
   *
   * @throws {CalReplyError} Unauthorized without credentials, and whatever starting the embedded service may throw
   */
  protected async connect(flags: ContextFlags): Promise<{ api: ApiClient; context: Context }> {
    let context = resolveContext(flags, this.env, this.profileFiles);
    if (context.notice !== null) this.note(context.notice);
    if (context.isLocal) {
      await this.startLocalService(context);
      // Starting it may have made the profile, or given it new credentials.
      context = resolveContext(flags, this.env, this.profileFiles);
    }

    return { api: await this.clientOf(context), context };
  }

  /** Starts the embedded service, for as long as this command takes, unless it runs already. */
  protected startLocalService({ apiUrl }: Context): Promise<void> {
    if (this.#service) return Promise.resolve();
    // Calls that find nobody at the same moment share what one of them starts.
    this.#starting ??= this.#started(apiUrl).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #started(apiUrl: string): Promise<void> {
    this.#service = await ensureLocalService(apiUrl, {
      ...this.localServiceOptions,
      onStarting: (url) => {
        // Said once, also when another command's service ended and this one starts its own.
        if (!this.#hasToldStarting) this.note(`Starting the local service … ${url}`);
        this.#hasToldStarting = true;
      },
    });
  }

  /** @throws {CalReplyError} Unauthorized without credentials */
  protected async clientOf(context: Context): Promise<ApiClient> {
    const files = this.profileFiles;
    const { apiUrl, clientId, clientSecret, tokens, profile } = context;
    if (clientId === undefined || clientSecret === undefined) {
      throw new CalReplyError('Unauthorized', `There are no credentials for ${apiUrl}.`, {
        hint: context.isLocal
          ? 'Restart the local service with: calreply serve; or log in to another one with: calreply login'
          : `Log in with: calreply login --api-url ${apiUrl}`,
      });
    }

    return new ApiClient({
      apiUrl,
      clientId,
      clientSecret,
      tokens,
      onTokens: profile === null ? undefined : (fresh) => files.keepTokens(profile, { clientSecret, tokens: fresh }),
      userAgent: this.config.userAgent,
      hints: connectionHints(context),
      ...(await this.#transportTo(context)),
    });
  }

  async #transportTo(context: Context): Promise<Transport> {
    const transport = await this.transport(context.apiUrl);
    // Another command may have started the embedded service, and ends it with itself. One at another port was started
    // by hand, and is not ours to replace.
    if (!context.isLocal || context.apiUrl !== LOCAL_URL || transport.proxy) return transport;
    return { ...transport, send: revivingSender(sendJson, () => this.startLocalService(context)) };
  }

  protected override async finally(): Promise<void> {
    await this.#service?.stop();
  }
}

/** oclif does not export the class of this one. */
function namesUnknownFlags(error: Error): error is Error & { readonly flags: readonly string[] } {
  return 'oclif' in error && 'flags' in error && Array.isArray(error.flags);
}
