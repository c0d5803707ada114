import { Flags } from '@oclif/core';
import { ApiClient } from '../api/client.js';
import { accountFlag, knownAccount } from '../cli/account-code.js';
import { BaseCommand } from '../cli/base-command.js';
import { checkedUrl, LOCAL_PROFILE } from '../cli/context.js';
import { readFileOrStdin, readStdin } from '../cli/input.js';
import { renderLoggedIn, tokenJson, type WhoamiJson } from '../cli/output/account.js';
import { PROFILE_NAME } from '../cli/profile-files.js';
import { askSecret, askText } from '../cli/prompts.js';
import { CalReplyError } from '../errors.js';

export default class Login extends BaseCommand {
  static override summary = 'Log in to a service, and keep that as a profile.';
  static override description =
    'Asks for what is not given. The secret is never an argument, since those show in the list of processes: it comes from the prompt, from standard input, from a file, or from CALREPLY_CLIENT_SECRET. A login that fails changes nothing.\n\nExit codes: 0 done, 1 the profile cannot be kept, 2 something is missing, 3 the credentials are not right, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'cat secret.txt | <%= config.bin %> <%= command.id %> --api-url https://api.example.com --client-id client_4x… --secret-stdin',
    '<%= config.bin %> <%= command.id %> --api-url https://api.example.com --client-id client_4x… --secret-file /run/secrets/calreply --profile staging',
  ];
  static override flags = {
    'api-url': Flags.string({ summary: 'The service: an https URL, or one on this machine.', helpValue: 'URL' }),
    'client-id': Flags.string({ summary: 'The client id.', helpValue: 'ID' }),
    'secret-stdin': Flags.boolean({
      summary: 'Read the client secret from standard input.',
      exclusive: ['secret-file'],
    }),
    'secret-file': Flags.string({ summary: 'Read the client secret from this file.', helpValue: 'FILE' }),
    profile: Flags.string({
      char: 'p',
      summary: 'The name to keep it under.',
      helpValue: 'NAME',
      defaultHelp: () => Promise.resolve('default'),
    }),
    account: accountFlag,
  };

  async run(): Promise<WhoamiJson> {
    const { flags } = await this.parse(Login);
    const profile = flags.profile ?? this.env.profile ?? 'default';
    if (!PROFILE_NAME.test(profile) || profile === LOCAL_PROFILE) {
      throw new CalReplyError('WrongUse', `“${profile}” cannot be the name of a profile.`, {
        hint: 'Use small letters, digits, - and _; “local” is the embedded service.',
      });
    }

    // Whether it can be kept is better known before anything is asked.
    const files = this.profileFiles;
    files.assertWritable();
    const apiUrl = checkedUrl(
      flags['api-url'] ??
        this.env.apiUrl ??
        (await askText({ message: 'Service URL', insteadOf: '--api-url' }, checkedUrl)),
    );
    const clientId =
      flags['client-id'] ?? this.env.clientId ?? (await askText({ message: 'Client id', insteadOf: '--client-id' }));
    const clientSecret = await this.#secret(flags);
    const api = new ApiClient({
      apiUrl,
      clientId,
      clientSecret,
      userAgent: this.config.userAgent,
      hints: { refused: this.#refusedHint(flags) },
      ...(await this.transport(apiUrl)),
    });
    const before = files.settings().currentProfile;
    const tokens = await api.logIn();
    const account = await knownAccount(api, flags.account);
    await files.save(profile, { apiUrl, clientId, account: account.code }, { clientSecret, tokens }, { current: true });
    const who: WhoamiJson = {
      account,
      service: api.apiUrl,
      serviceFrom: 'profile',
      profile,
      profileFrom: 'current',
      credentialsFrom: 'profile',
      clientId,
      token: tokenJson(tokens),
    };
    this.show(renderLoggedIn(who, before));
    return who;
  }

  /** Named are the variables that were used, since a change of anything else would change nothing. */
  #refusedHint(flags: Readonly<Record<'client-id' | 'secret-file' | 'secret-stdin', unknown>>): string | undefined {
    const used = [
      flags['client-id'] === undefined && this.env.clientId !== undefined && 'CALREPLY_CLIENT_ID',
      flags['secret-file'] === undefined &&
        flags['secret-stdin'] !== true &&
        this.env.clientSecret !== undefined &&
        'CALREPLY_CLIENT_SECRET',
    ].filter((name) => name !== false);
    return used.length === 0 ? undefined : `Check ${used.join(' and ')} in the environment.`;
  }

  async #secret(flags: { readonly 'secret-stdin': boolean; readonly 'secret-file'?: string | undefined }) {
    const file = flags['secret-file'];
    if (file !== undefined) return notEmpty(await readFileOrStdin(file), `in ${file}`);
    if (flags['secret-stdin']) return notEmpty(await readStdin(), 'on standard input');
    if (this.env.clientSecret !== undefined) return this.env.clientSecret;
    const insteadOf = '--secret-stdin, --secret-file or CALREPLY_CLIENT_SECRET';
    return (await askSecret({ message: 'Client secret', insteadOf })).trim();
  }
}

/** Files and pipes end with a line break that is none of the secret. */
function notEmpty(text: string, where: string): string {
  const secret = text.trim();
  if (secret === '') throw new CalReplyError('WrongUse', `The client secret ${where} is empty.`);
  return secret;
}
