// What commands take from @oclif/core. Its own index loads the rest of it too, and a parser of versions, to look at
// Node's. Whatever is missing here, the build says.
export * as Args from '@oclif/core/args';
export { Command } from '@oclif/core/command';
export * as Errors from '@oclif/core/errors';
export * as Flags from '@oclif/core/flags';
