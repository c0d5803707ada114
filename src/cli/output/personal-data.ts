import { maskedEmail } from './text.js';

/*
 * What tells of a person, in what is shown to people who work on a program: recognizable when one knows it, and of no use
 * in a screenshot. The command line's own JSON has everything as it is.
 */

/** A text of others, with every e-mail address in it masked. */
export function maskedText(text: string): string {
  return text.replace(EMAIL, (address) => maskedEmail(address.replace(/%40/i, '@')));
}

/** The value of a field of JSON, masked by what its name says that it is, or by how it looks. */
export function maskedField(name: string, value: string): string {
  if (value === '') return value;
  if (NAMES_ADDRESS.test(name)) return maskedAddress(value);
  if (NAMES_PERSON.test(name)) return value.includes('@') ? maskedEmail(value) : maskedName(value);
  return NAMES_EMAIL.test(name) ? maskedEmail(value) : maskedText(value);
}

/** The value of a header of a request: what opens doors is hidden, and where a person sits masked. */
export function maskedHeader(name: string, value: string): string {
  if (OPENS_DOORS.test(name)) return '•••';
  return TELLS_ADDRESS.test(name) ? maskedAddress(value) : maskedText(value);
}

/** `203.•••`, `2001:•••` */
function maskedAddress(address: string): string {
  const [start = ''] = /^[0-9a-f]+[.:]/i.exec(address.trim()) ?? [];
  return `${start}•••`;
}

/** `D•••` */
function maskedName(name: string): string {
  return `${Array.from(name)[0] ?? ''}•••`;
}

/** It begins where such characters begin: of a long text without an `@`, each is looked at once. */
const EMAIL = /(?<![\p{L}\p{N}._+~!#$*^-])[\p{L}\p{N}._+~!#$*^-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu;
const NAMES_EMAIL = /e-?mail(_?address)?$/i;
const NAMES_ADDRESS = /(^|_|remote|client|user)ip(_?address)?$/i;
const NAMES_PERSON =
  /^(user|login|device|first|last|full|given|family|sur|middle|nick|display|subscriber|customer|contact)_?name$/i;
const OPENS_DOORS = /^(proxy-)?authorization$|cookie|credential|api-?key|passw|secret|session|token/i;
const TELLS_ADDRESS =
  /^(forwarded|x-forwarded-for|x-real-ip|x-client-ip|cf-connecting-ip|true-client-ip|fly-client-ip)$/i;
