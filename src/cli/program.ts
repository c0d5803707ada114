import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * What this package says about itself: package.json and oclif.manifest.json, which `oclif manifest` makes from the
 * classes of the commands. Nothing but these two files is read to know every command, argument and flag.
 */

/** A flag, as the manifest has it. */
export interface FlagDescription {
  readonly name: string;
  readonly char?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly type: 'boolean' | 'option';
  readonly allowNo?: boolean;
  readonly multiple?: boolean;
  readonly delimiter?: string;
  readonly options?: readonly string[];
  readonly helpValue?: string | readonly string[];
  readonly hidden?: boolean;
  readonly exclusive?: readonly string[];
  readonly helpGroup?: string;
  readonly required?: boolean;
  readonly default?: string | number | boolean;
}

/** An argument, as the manifest has it. */
export interface ArgumentDescription {
  readonly name: string;
  readonly description?: string;
  readonly options?: readonly string[];
  readonly required?: boolean;
  readonly hidden?: boolean;
}

/** A command, as the manifest has it. */
export interface CommandDescription {
  /** With colons between the words, such as `webhooks:list`. */
  readonly id: string;
  readonly summary?: string;
  readonly description?: string;
  readonly hidden?: boolean;
  readonly strict: boolean;
  readonly examples: readonly string[];
  readonly args: Readonly<Record<string, ArgumentDescription>>;
  readonly flags: Readonly<Record<string, FlagDescription>>;
  readonly aliases: readonly string[];
  readonly hiddenAliases: readonly string[];
  /** Its file, from the root of the package. */
  readonly relativePath: readonly string[];
}

export type Commands = Readonly<Record<string, CommandDescription>>;

/** What package.json says, as far as it is needed here. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly oclif: {
    readonly bin: string;
    readonly dirname: string;
    readonly additionalVersionFlags: readonly string[];
    readonly topics: Readonly<Record<string, { readonly description: string }>>;
  };
}

export interface ProgramOptions {
  /** Commands are loaded from src in place of dist: for development. */
  readonly fromSources?: boolean;
}

/** The program that lies in one folder. */
export class Program {
  readonly packageJson: PackageJson;
  #commands: Commands | undefined;

  /** @param root the folder that package.json is in */
  constructor(
    readonly root: string,
    readonly options: ProgramOptions = {},
  ) {
    this.packageJson = this.#read<PackageJson>('package.json');
  }

  /** Every command, by id. */
  commands(): Commands {
    this.#commands ??= this.#read<{ commands: Commands }>('oclif.manifest.json').commands;
    return this.#commands;
  }

  /** The one file that has this command in it. */
  fileOf({ relativePath }: CommandDescription): string {
    if (!this.options.fromSources) return join(this.root, ...relativePath);
    const [, ...place] = relativePath;
    return join(this.root, 'src', ...place).replace(/\.js$/, '.ts');
  }

  /** `calreply/1.2.3 linux-x64 node-v20.20.2` */
  get userAgent(): string {
    const { name, version } = this.packageJson;
    return `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`;
  }

  #read<T>(file: string): T {
    return JSON.parse(readFileSync(join(this.root, file), 'utf8')) as T;
  }
}
