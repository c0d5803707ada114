/** What other programs call it: words for a command's word, by what is ours. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  add: ['create', 'new', 'register', 'make'],
  remove: ['delete', 'del', 'rm', 'destroy', 'unregister'],
  list: ['ls', 'all', 'index'],
  show: ['get', 'view', 'describe', 'inspect', 'info', 'cat'],
  update: ['edit', 'set', 'modify', 'change', 'patch'],
  enable: ['on', 'resume', 'unpause'],
  disable: ['off', 'pause'],
  test: ['ping'],
  trigger: ['send', 'fire', 'emit', 'simulate'],
  resend: ['replay', 'redeliver'],
  retry: ['resend', 'replay', 'redeliver'],
  tail: ['follow', 'watch', 'logs', 'log'],
  use: ['switch', 'select'],
};

/** The same for whole commands. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  autocomplete: ['completion', 'completions', 'complete'],
  doctor: ['status', 'check', 'health', 'diagnose'],
  whoami: ['status', 'me'],
  'notifications tail': ['logs', 'log', 'follow', 'watch'],
  login: ['signin', 'auth', 'configure'],
  logout: ['signout'],
  listen: ['forward', 'tunnel', 'proxy'],
  serve: ['start', 'server', 'up'],
  webhooks: ['endpoints', 'endpoint', 'hooks', 'hook', 'subscriptions'],
  profiles: ['config', 'contexts', 'accounts'],
};

/** Our words that `word` stands for elsewhere. */
export function wordsFor(word: string): string[] {
  return meantBy(word, WORDS);
}

/** Our commands and topics that `word` stands for elsewhere, as they are typed. */
export function commandsFor(word: string): string[] {
  return meantBy(word, COMMANDS);
}

function meantBy(word: string, synonyms: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.keys(synonyms).filter((ours) => synonyms[ours]?.includes(word.toLowerCase()));
}
