// oclif's parser colours a part of its errors; src/cli/base-command.ts has the say in how an error looks.
export const ux = { colorize: (color, text) => text };
