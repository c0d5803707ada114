import type { ArgumentDescription, CommandDescription, FlagDescription } from './program.js';

/* What a command says about itself, taken apart for whoever shows it: the help, and the reference in docs. */

/** `calreply webhooks list` */
export function spoken({ id }: Pick<CommandDescription, 'id'>): string {
  return ['calreply', ...id.split(':')].join(' ');
}

/** Fills in the two values that texts of commands name. */
export function filled(text: string, { id }: Pick<CommandDescription, 'id'>): string {
  return text.replaceAll('<%= config.bin %>', 'calreply').replaceAll('<%= command.id %>', id.replaceAll(':', ' '));
}

/** A description, without its last sentence, which lists exit codes. */
export interface Described {
  readonly text: string;
  readonly exitCodes: readonly (readonly [code: string, meaning: string])[];
  /** What is said behind the list. */
  readonly remark: string;
}

/** Takes `… Exit codes: 0 done, 2 not a URL, 130 or 143 ended by a signal.` apart; a comma between codes belongs to them. */
export function describedBy(description: string): Described {
  const [, text = '', list = '', remark = ''] = /^(.*?)(?:Exit codes: (.*?)\.(?: (.*))?)?$/s.exec(description) ?? [];
  const exitCodes = list.split(/(?<!(?:^|[,;] )\d+)[,;] (?=\d+[ ,])/).flatMap((item): [string, string][] => {
    const [, code, meaning] = /^(\d+(?:(?:, | or )\d+)*) (.*)$/s.exec(item) ?? [];
    return code === undefined || meaning === undefined ? [] : [[code, meaning]];
  });
  return { text: text.trim(), exitCodes, remark };
}

/** Those that are shown. */
export function argumentsOf({ args }: CommandDescription): ArgumentDescription[] {
  return Object.values(args).filter(({ hidden }) => !hidden);
}

/** Those that are shown, by name. */
export function flagsOf({ flags }: CommandDescription): FlagDescription[] {
  return Object.values(flags)
    .filter(({ hidden }) => !hidden)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The flags of the classes that all commands have in common are in a group of their own. */
export function isShared({ helpGroup }: FlagDescription): boolean {
  return helpGroup === 'GLOBAL';
}

/** `calreply webhooks add [URL] [FLAGS]`, with the flags that may not be missing. */
export function usageOf(command: CommandDescription): string {
  const words = argumentsOf(command).map(({ name, required }) =>
    required ? name.toUpperCase() : `[${name.toUpperCase()}]`,
  );
  const needed = flagsOf(command)
    .filter(({ required }) => required)
    .map((flag) => `--${flag.name} ${placeholder(flag)}`);
  return [spoken(command), ...words, ...(command.strict ? [] : ['…']), ...needed, '[FLAGS]'].join(' ');
}

/** `-n, --limit NUMBER` */
export function spelled(flag: FlagDescription): string {
  const names = [flag.char && `-${flag.char}`, flag.allowNo ? `--[no-]${flag.name}` : `--${flag.name}`];
  return names.filter(Boolean).join(', ') + (flag.type === 'option' ? ` ${placeholder(flag)}` : '');
}

function placeholder({ helpValue, name, options }: FlagDescription): string {
  if (helpValue !== undefined) return typeof helpValue === 'string' ? helpValue : helpValue.join(' ');
  return options === undefined ? name.toUpperCase() : options.join('|');
}
