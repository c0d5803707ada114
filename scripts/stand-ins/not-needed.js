// What oclif uses to find plugins and commands, to show help and to print errors. Here commands come from the manifest,
// and are run, explained and failed by src/cli/{run-command-line,help-page,base-command}.ts: nothing of this is called.
