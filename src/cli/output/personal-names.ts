import { maskedEmail } from './text.js';

/** Hides a value as far as what it is wants it. */
export type Mask = (value: string) => string;

/**
 * How the value of a field is hidden whose name says that it tells of a person, or opens doors; undefined for another. Words
 * in a name may be joined in any way: `firstName`, `first_name`, `First-Name`.
 */
export function maskByName(name: string): Mask | undefined {
  return MASKS.find(([names]) => names.test(name))?.[1];
}

/** `203.•••`, `2001:•••` */
export function maskedAddress(address: string): string {
  const [start = ''] = /^[0-9a-f]+[.:]/i.exec(address.trim()) ?? [];
  return `${start}•••`;
}

/** What stands where nothing of a value is shown. */
export const HIDDEN = '•••';

/** `D•••` */
function maskedName(name: string): string {
  if (name.includes('@')) return maskedEmail(name);
  const [first = ''] = name;
  return `${first}•••`;
}

const MASKS: readonly (readonly [names: RegExp, mask: Mask])[] = [
  [/(^|[ _-]|remote|client|user)ip([ _-]?address)?$/i, maskedAddress],
  [
    /^(user|login|device|first|last|full|given|family|sur|middle|nick|display|subscriber|customer|contact)[ _-]?name$/i,
    maskedName,
  ],
  [/e-?mail([ _-]?address)?$/i, maskedEmail],
  [/phone([ _-]?(number|no))?$|^mobile[ _-]?(number|no)$|^(tel|msisdn)$/i, () => HIDDEN],
  [/passw|secret|credential|^authorization$|api[ _-]?key$|auth[ _-]?code$|token$/i, () => HIDDEN],
];
