import { CalReplyError } from '../errors.js';

/**
 * Refuses `--wait=5` where `--wait` is a switch: the parser would take the 5 for an argument, and blame another word.
 *
 * @param argv what was typed after the name of the command
 * @throws {CalReplyError} WrongUse
 */
export function refuseSwitchValues(
  argv: readonly string[],
  flags: Readonly<Record<string, { readonly type: string } | undefined>>,
): void {
  const end = argv.indexOf('--');
  for (const word of end === -1 ? argv : argv.slice(0, end)) {
    const [, name, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    if (name === undefined || !Object.hasOwn(flags, name) || flags[name]?.type !== 'boolean') continue;
    throw new CalReplyError('WrongUse', `--${name} takes no value: leave “=${value}” out.`);
  }
}
