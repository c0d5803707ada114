import type { Program } from '../../src/cli/program.js';
import type { CommandDescription } from '../../src/cli/program.js';
import { leastArguments } from '../../test/helpers/least-arguments.js';
import { CALREPLY } from './calreply.js';

/** Something that is started and ends by itself. */
export interface Subject {
  readonly name: string;
  /** What Node is started with. */
  readonly args: readonly string[];
  /** At most this many times bare Node; absent where nothing was promised. */
  readonly goal?: number;
  /** It is expected to end with one of these. */
  readonly exitCodes: readonly number[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Node, and nothing else. */
export const BARE: Subject = { name: 'node -e 0', args: ['-e', '0'], exitCodes: [0] };

/** What a person waits for most: these need the running service. */
export const WITH_SERVICE: readonly Subject[] = [
  { name: '--version', args: [CALREPLY, '--version'], goal: 2.2, exitCodes: [0] },
  { name: '--help', args: [CALREPLY, '--help'], goal: 2.2, exitCodes: [0] },
  { name: 'Tab', args: [CALREPLY, '__complete', 'bash', '', '--', 'webhooks', ''], goal: 2.2, exitCodes: [0] },
  { name: 'webhooks list', args: [CALREPLY, 'webhooks', 'list'], goal: 3, exitCodes: [0] },
];

/** The most that a command may take before its request. */
const GOAL_BEFORE_REQUEST = 3.2;

/** A port that nobody listens at, so a command ends where its first request would begin. */
const NOWHERE = 'http://127.0.0.1:9';
/** These talk to no service, do nothing that lasts, and end at once. */
const HARMLESS = ['autocomplete', 'events:types', 'help', 'profiles:list'];

/** Every command of the manifest, without a service: its help, and as far as it comes alone. */
export function withoutService(program: Program): readonly Subject[] {
  return Object.values(program.commands()).flatMap((command) => [
    { ...subject(command, ['--help']), exitCodes: [0], goal: GOAL_BEFORE_REQUEST },
    ...alone(command),
  ]);
}

function alone(command: CommandDescription): Subject[] {
  const { id, flags } = command;
  if (HARMLESS.includes(id)) return [{ ...subject(command, []), exitCodes: [0], goal: GOAL_BEFORE_REQUEST }];
  // All that talk to a service have --local.
  if (flags.local === undefined) return [];
  const env = { CALREPLY_API_URL: NOWHERE, CALREPLY_CLIENT_ID: 'x', CALREPLY_CLIENT_SECRET: 'x' };
  const toTheRequest = subject(command, leastArguments(command));
  // 2: it needs something that is not known here, and says so.
  return [{ ...toTheRequest, env, exitCodes: [5, 2], goal: GOAL_BEFORE_REQUEST }];
}

function subject({ id }: CommandDescription, args: readonly string[]): Pick<Subject, 'name' | 'args'> {
  const words = [...id.split(':'), ...args];
  return { name: words.join(' '), args: [CALREPLY, ...words] };
}
