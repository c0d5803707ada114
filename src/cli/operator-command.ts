import { Flags } from '@oclif/core';
import { OperatorClient } from '../api/operator-client.js';
import { CalReplyError } from '../errors.js';
import { shellWord } from '../util/shell-word.js';
import { BaseCommand } from './base-command.js';
import { checkedUrl } from './context.js';
import { databaseAddress } from './database-address.js';
import { readStdin } from './input.js';
import { defaultDataDir, keySource } from './local-service.js';
import { operatorService, type FoundService } from './operator-service.js';
import { askSecret } from './prompts.js';

/** What the flags of an {@link OperatorCommand} say. */
interface OperatorFlags {
  readonly 'data-dir'?: string | undefined;
  readonly database?: string | undefined;
  readonly 'api-url'?: string | undefined;
  readonly 'operator-key-stdin': boolean;
  readonly 'encryption-key-file'?: string | undefined;
}

/** A command for who runs a service. It takes the operator key of the service, and no profile. */
export abstract class OperatorCommand extends BaseCommand {
  static override baseFlags = {
    ...BaseCommand.baseFlags,
    'data-dir': Flags.string({
      summary: 'The data folder of the service, on this machine; that of the embedded one when absent.',
      helpValue: 'DIR',
      exclusive: ['api-url'],
    }),
    database: Flags.string({
      summary: 'The PostgreSQL of the service, whether it runs or not; CALREPLY_DATABASE_URL when absent.',
      helpValue: 'postgres://…',
      exclusive: ['api-url'],
    }),
    'api-url': Flags.string({
      summary: 'The service, when it runs elsewhere; its key comes from CALREPLY_OPERATOR_KEY or a prompt.',
      helpValue: 'URL',
    }),
    'operator-key-stdin': Flags.boolean({
      summary: 'Read the operator key from standard input.',
      dependsOn: ['api-url'],
    }),
    'encryption-key-file': Flags.string({
      summary: 'The file that serve takes, for a service that does not run now.',
      helpValue: 'FILE',
      exclusive: ['api-url'],
    }),
  };

  #service: FoundService | undefined;
  /** The flags that name the service, as they would be typed again. */
  #place = '';

  /** Completes the commands in a text, which are for the same service: `calreply accounts list` for that of this folder. */
  protected forSameService(text: string): string {
    return text.replace(/\bcalreply accounts [^;]+$/, (command) => command + this.#place);
  }

  /**
   * The service, as its operator.
   *
   * @returns loginUrl where its accounts log in; null when that is not known here
   */
  protected async connect(flags: OperatorFlags): Promise<{ api: OperatorClient; loginUrl: string | null }> {
    this.#place = placeText(flags);
    const isHere = flags['data-dir'] !== undefined || flags.database !== undefined;
    const apiUrl = flags['api-url'] ?? (isHere ? undefined : this.env.apiUrl);
    if (apiUrl !== undefined) {
      const url = checkedUrl(apiUrl);
      return { api: await this.#client(url, await this.#key(flags)), loginUrl: url };
    }

    this.#service = await operatorService({
      dataDir: flags['data-dir'] ?? defaultDataDir(this.env.dataDir),
      database: databaseAddress({ database: flags.database }, this.env),
      isDatabaseNamed: flags.database !== undefined,
      version: this.config.version,
      operatorKey: this.env.operatorKey,
      encryptionKeys: keySource({
        encryptionKeyFile: flags['encryption-key-file'],
        encryptionKey: this.env.encryptionKey,
      }),
    });
    const { url, key, isLasting } = this.#service;
    return { api: await this.#client(url, key), loginUrl: isLasting ? url : null };
  }

  async #client(apiUrl: string, key: string): Promise<OperatorClient> {
    return new OperatorClient({ apiUrl, key, userAgent: this.config.userAgent, ...(await this.transport(apiUrl)) });
  }

  async #key(flags: OperatorFlags): Promise<string> {
    if (!flags['operator-key-stdin']) {
      const insteadOf = '--operator-key-stdin or CALREPLY_OPERATOR_KEY';
      return this.env.operatorKey ?? (await askSecret({ message: 'Operator key', insteadOf })).trim();
    }

    const key = (await readStdin()).trim();
    if (key === '') throw new CalReplyError('WrongUse', 'The operator key on standard input is empty.');
    return key;
  }

  /** What a hint names are commands for the same service, which whoever wrote the hint need not know. */
  protected override catch(error: Error): never {
    if (!(error instanceof CalReplyError) || error.hint === undefined) return super.catch(error);
    const hint = this.forSameService(error.hint);
    return super.catch(new CalReplyError(error.code, error.message, { cause: error, hint }));
  }

  protected override async finally(): Promise<void> {
    await this.#service?.stop();
  }
}

function placeText(flags: OperatorFlags): string {
  return (['data-dir', 'database', 'api-url', 'encryption-key-file'] as const)
    .map((name) => (flags[name] === undefined ? '' : ` --${name} ${shellWord(flags[name])}`))
    .join('');
}
