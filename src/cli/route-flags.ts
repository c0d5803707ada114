import { Flags } from '@oclif/core';

/** The flags of `listen` that say where deliveries go; `listenPlan` reads them. */
export const routeFlags = {
  'forward-to': Flags.string({
    char: 'f',
    summary:
      'A local app: 3000, localhost:3000/hooks, or a URL, port 80 when none is given; or one for some types: subscribe,unsubscribe=3000/new.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'TARGET',
  }),
  'mirror-to': Flags.string({
    summary: 'An app that gets a copy, in the same forms; what it answers changes nothing.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'TARGET',
  }),
  config: Flags.string({
    summary: 'A project file with routes.',
    helpValue: 'FILE',
    defaultHelp: () => Promise.resolve('calreply.json, when it is here'),
  }),
  ca: Flags.string({
    summary: 'Trust the authorities of this file (PEM) for https targets.',
    helpValue: 'FILE',
  }),
  insecure: Flags.boolean({ summary: 'Take any certificate of an https target.' }),
};
