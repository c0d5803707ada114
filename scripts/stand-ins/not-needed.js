// What oclif uses to find plugins, and commands without a manifest. Here there are no plugins, and there is a manifest
// (src/cli/own-plugin.ts), so nothing of this is ever called.
const never = () => {
  throw new Error('This is not part of the program.');
};
export const glob = never;
export const lilconfig = never;
export const minimatch = never;
// Is this Linux on Windows? It is told in the user agent only, and asking runs other programs.
export const isWsl = false;
export const powerShellPath = never;
// Which shell is it on Windows? Nothing here depends on it, and asking would start PowerShell.
export const execSync = never;
