import { describe, expect, test } from 'vitest';
import { renderCommandHelp, renderProgramHelp, renderTopicHelp } from '../../../../src/cli/output/help.js';
import type { CommandDescription, PackageJson } from '../../../../src/cli/program.js';

const APPLY: CommandDescription = {
  id: 'webhooks:apply',
  summary: 'Make the webhooks what a file says.',
  description: `The file is YAML:

  webhooks:
    - url: https://example.com/hooks

Steps:
- First those that are missing are created, which takes a while.
- Then the rest.

Exit codes: 0 done, 2 the file, or a flag, is not right, 129, 130, 131 or 143 ended by a signal. When a step fails, so does this.`,
  strict: true,
  examples: ['<%= config.bin %> <%= command.id %> webhooks.yaml'],
  args: { file: { name: 'file', description: 'The file.', required: true } },
  flags: {
    check: { name: 'check', summary: 'Only look.', type: 'boolean', exclusive: ['dry-run'] },
    limit: {
      name: 'limit',
      char: 'n',
      summary: 'At most this many.',
      type: 'option',
      default: 25,
      helpValue: 'NUMBER',
    },
    state: { name: 'state', summary: 'In this state.', type: 'option', options: ['on', 'off'], multiple: true },
    secret: { name: 'secret', summary: 'Not shown.', type: 'boolean', hidden: true },
    json: { name: 'json', summary: 'Print JSON.', type: 'boolean', helpGroup: 'GLOBAL' },
  },
  aliases: [],
  hiddenAliases: [],
  relativePath: [],
};

const PACKAGE: PackageJson = {
  name: 'calreply',
  version: '1.2.3',
  description: 'Webhooks from the terminal.',
  oclif: {
    bin: 'calreply',
    dirname: 'calreply',
    additionalVersionFlags: [],
    topics: { webhooks: { description: 'Register webhooks.' } },
  },
};

test('the help of a command is a page: what it does, how it is called, what there is to know, and how it ends', () => {
  expect(renderCommandHelp(APPLY, 60)).toBe(`Make the webhooks what a file says.

USAGE
  calreply webhooks apply FILE [FLAGS]

The file is YAML:

  webhooks:
    - url: https://example.com/hooks

Steps:
- First those that are missing are created, which takes a
  while.
- Then the rest.

ARGUMENTS
  FILE  The file.

FLAGS
      --check         Only look. Not with --dry-run.
  -n, --limit NUMBER  At most this many. Default: 25.
      --state on|off  In this state. Can be given several
                      times.

FLAGS OF MANY COMMANDS
  --json  Print JSON.

EXAMPLES
  $ calreply webhooks apply webhooks.yaml

EXIT CODES
  0                     done
  2                     the file, or a flag, is not right
  129, 130, 131 or 143  ended by a signal
  When a step fails, so does this.`);
});

describe('what there is is listed', () => {
  const whoami = { ...APPLY, id: 'whoami', summary: 'Show who you are, as far as the service knows it.' };

  test('for the whole program, by commands and topics', () => {
    expect(renderProgramHelp(PACKAGE, { commands: [APPLY, whoami], docs: '/docs', width: 50 })).toContain(`COMMANDS
  whoami  Show who you are, as far as the service
          knows it.

TOPICS
  webhooks  Register webhooks.`);
  });

  test('for a topic, as one types it', () => {
    expect(renderTopicHelp('webhooks', PACKAGE, [APPLY, whoami], 80)).toBe(`Register webhooks.

USAGE
  calreply webhooks COMMAND [FLAGS]

COMMANDS
  calreply webhooks apply  Make the webhooks what a file says.`);
  });
});
