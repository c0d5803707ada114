import type { CommandDescription } from '../../src/cli/program.js';

/** What some commands need beside their required arguments before they ask the service for anything. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'events:trigger': ['subscribe'],
  'subscriptions:cancel': ['x'],
  'subscriptions:show': ['x'],
  'subscriptions:update': ['--marketing'],
  listen: ['--forward-to', '9'],
  'webhooks:add': ['https://example.com/hooks'],
  'webhooks:update': ['--url', 'https://example.com/hooks'],
};

/** The least that lets a command come as far as its first request, when that can be told from its description. */
export function leastArguments({ id, args, flags }: Pick<CommandDescription, 'id' | 'args' | 'flags'>): string[] {
  const needed = NEEDED[id];
  const placeholders = Object.values(args).flatMap(({ required }) => (required ? ['x'] : []));
  const required = Object.values(flags).flatMap((flag) => (flag.required ? [`--${flag.name}`, 'x'] : []));
  return [...placeholders, ...(needed ?? required)];
}
