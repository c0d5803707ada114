import { Flags } from '@oclif/core';
import { ApiClient } from '../api/client.js';
import { BaseCommand } from '../cli/base-command.js';
import { checkedUrl, LOCAL_PROFILE } from '../cli/context.js';
import { readStdin } from '../cli/input.js';
import { renderLoggedIn, type WhoamiJson } from '../cli/output/account.js';
import { PROFILE_NAME } from '../cli/profile-files.js';
import { askSecret, askText } from '../cli/prompts.js';
import { CalReplyError } from '../errors.js';

export default class Login extends BaseCommand {
  static override summary = 'Log in to a service, and keep that as a profile.';
  static override description =
    'Asks for what is not given. The secret is never an argument, since those show in the list of processes: it comes from the prompt, from standard input, or from CALREPLY_CLIENT_SECRET.\n\nExit codes: 0 done, 2 something is missing, 3 the credentials are not right, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'cat secret.txt | <%= config.bin %> <%= command.id %> --api-url https://api.example.com --client-id client_4x… --secret-stdin',
  ];
  static override flags = {
    'api-url': Flags.string({ summary: 'The service: an https URL, or one on this machine.', helpValue: 'URL' }),
    'client-id': Flags.string({ summary: 'The client id.', helpValue: 'ID' }),
    'secret-stdin': Flags.boolean({ summary: 'Read the client secret from standard input.' }),
    profile: Flags.string({
      char: 'p',
      summary: 'The name to keep it under.',
      helpValue: 'NAME',
      defaultHelp: () => Promise.resolve('default'),
    }),
  };

  async run(): Promise<WhoamiJson> {
    const { flags } = await this.parse(Login);
    const profile = flags.profile ?? this.env.profile ?? 'default';
    if (!PROFILE_NAME.test(profile) || profile === LOCAL_PROFILE) {
      throw new CalReplyError('WrongUse', `“${profile}” cannot be the name of a profile.`, {
        hint: 'Use small letters, digits, - and _; “local” is the embedded service.',
      });
    }

    const apiUrl = checkedUrl(
      flags['api-url'] ?? this.env.apiUrl ?? (await askText({ message: 'Service URL', insteadOf: '--api-url' })),
    );
    const clientId =
      flags['client-id'] ?? this.env.clientId ?? (await askText({ message: 'Client id', insteadOf: '--client-id' }));
    const clientSecret = await this.#secret(flags['secret-stdin']);
    const api = new ApiClient({
      apiUrl,
      clientId,
      clientSecret,
      userAgent: this.config.userAgent,
      send: await this.sender(),
    });
    const tokens = await api.logIn();
    const { id, name, code } = await api.account();
    await this.profileFiles.save(profile, { apiUrl, clientId }, { clientSecret, tokens }, { current: true });
    const who: WhoamiJson = {
      account: { id, name, code },
      service: api.apiUrl,
      profile,
      credentialsFrom: 'profile',
      clientId,
    };
    this.show(renderLoggedIn(who));
    return who;
  }

  async #secret(fromStdin: boolean): Promise<string> {
    const secret = fromStdin
      ? (await readStdin()).trim()
      : (this.env.clientSecret ??
        (await askSecret({ message: 'Client secret', insteadOf: '--secret-stdin or CALREPLY_CLIENT_SECRET' })));
    if (secret === '') throw new CalReplyError('WrongUse', 'The client secret on standard input is empty.');
    return secret;
  }
}
