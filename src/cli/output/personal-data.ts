import { HIDDEN, maskByName, maskedAddress, type Mask } from './personal-names.js';
import { maskedEmail } from './text.js';

/*
 * What tells of a person, in what is shown to people who work on a program: recognizable when one knows it, and of no use
 * in a screenshot. The command line's own JSON has everything as it is.
 */

/**
 * A text of others, with what tells of a person masked: every e-mail address, and by its name the value of a field in JSON
 * that need not be whole, of a form, or of a query. It takes time in proportion to the text, whatever is in it.
 */
export function maskedText(text: string): string {
  return masked(text.includes('%') ? text.replace(ENCODED_WORD, maskedWord) : text);
}

/** A text of others as it is shown: masked, unless what tells of a person is to be seen. */
export function shownText(text: string, reveal: boolean): string {
  return reveal ? text : maskedText(text);
}

/** The value of a field of JSON, masked by what its name says that it is, or by how it looks. */
export function maskedField(name: string, value: string): string {
  if (value === '') return value;
  return maskByName(name)?.(value) ?? maskedText(value);
}

/** The value of a header of a request: what opens doors is hidden, and where a person sits masked. */
export function maskedHeader(name: string, value: string): string {
  if (OPENS_DOORS.test(name)) return HIDDEN;
  return TELLS_ADDRESS.test(name) ? maskedAddress(value) : maskedText(value);
}

function masked(text: string): string {
  const pairs = text.includes('=') ? text.replace(LINE, maskedPairs) : text;
  const fields = pairs.includes('"') ? maskedFields(pairs) : pairs;
  return fields.replace(EMAIL, (address) => maskedEmail(address.replace(/%40/i, '@')));
}

/** A field of a form may have JSON or a URL as its value. It is left as it was sent unless there is something to mask. */
function maskedWord(word: string): string {
  if (!word.includes('%')) return word;
  const plain = decoded(word);
  const shown = masked(plain);
  return shown === plain ? word : shown;
}

/**
 * `"firstName":"Dana"`, also where the text ends in it, or where the JSON is itself a string in JSON: `\"firstName\":\"…`.
 * Numbers are masked as strings are, and so is each of them in a list.
 */
function maskedFields(text: string): string {
  return withValuesMasked(text, FIELD_START, ([, slashes = '', name = '', list], from) => {
    const mask = maskByName(spaced(name));
    return mask && { mask, places: valuePlaces(text, from, { quote: `${slashes}"`, isList: list !== undefined }) };
  });
}

/** Where the value that begins at `from` stands, without its quotes, or where those of a list do. */
function valuePlaces(text: string, from: number, { quote, isList }: { quote: string; isList: boolean }): Place[] {
  const places: Place[] = [];
  const comma = new RegExp(COMMA);
  let next = from;
  do {
    const isString = text.startsWith(quote, next);
    const start = isString ? next + quote.length : next;
    const end = isString ? endOfString(text, start, quote.length - 1) : endOfNumber(text, start);
    if (end === undefined) break;
    places.push({ start, end });
    comma.lastIndex = isString ? end + quote.length : end;
    next = comma.test(text) ? comma.lastIndex : text.length;
  } while (isList && next < text.length);
  return places;
}

function endOfNumber(text: string, from: number): number | undefined {
  const number = new RegExp(NUMBER);
  number.lastIndex = from;
  return number.test(text) ? number.lastIndex : undefined;
}

/** The place of the quote that ends a string, with as many backslashes before it as the one that began it. */
function endOfString(text: string, from: number, slashes: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let run = 0;
    while (end - run > from && text[end - run - 1] === '\\') run += 1;
    // Each backslash of the value itself is written as twice as many and two; what is left over belongs to the quote.
    if (run % (2 * slashes + 2) === slashes) return end - slashes;
  }

  return text.length;
}

/** `lastName=Smith`, in a form, in a query, or in a line of a log. */
function maskedPairs(line: string): string {
  // Nothing but a form has a whole line of pairs, and only there are spaces a part of a value.
  const stop = new RegExp(STARTS_WITH_PAIR.test(line) ? /&|\s(?=[\w.%[\]+-]+=)/g : /[&\s"'<>]/g);
  return withValuesMasked(line, PAIR_START, ([, name = ''], from) => {
    const mask = maskOfPair(name);
    if (!mask) return undefined;
    stop.lastIndex = from;
    return { mask, places: [{ start: from, end: stop.exec(line)?.index ?? line.length }] };
  });
}

/** Where a `+` stands between words, as in `q=a+firstName=Dana`, the last of them may be a name of its own. */
function maskOfPair(name: string): Mask | undefined {
  const words = spaced(innermost(decoded(name)));
  return maskByName(words) ?? maskByName(words.slice(words.lastIndexOf(' ') + 1));
}

/** In a form a space is written as `+`. */
function spaced(name: string): string {
  return name.replaceAll('+', ' ');
}

/** `first_name` of `contact[first_name]`, `contact.first_name` and `first_name[]` */
function innermost(name: string): string {
  if (!/[.[\]]/.test(name)) return name;
  return name.split(/[.[\]]+/).findLast((part) => part !== '') ?? '';
}

/** Where a value begins, and what follows it. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * @param start finds where a name ends and its value begins; it is global
 * @param find says how the value that begins at `from` is masked, and the places of what is, in order; undefined to leave
 * it. Others are looked for behind what was masked
 */
function withValuesMasked(
  text: string,
  start: RegExp,
  find: (match: RegExpExecArray, from: number) => { readonly mask: Mask; readonly places: Place[] } | undefined,
): string {
  const begins = new RegExp(start);
  let shown = '';
  let done = 0;
  for (let match = begins.exec(text); match !== null; match = begins.exec(text)) {
    const found = find(match, begins.lastIndex);
    for (const place of found?.places ?? []) {
      const value = text.slice(place.start, place.end);
      shown += text.slice(done, place.start) + (value === '' ? '' : (found?.mask(decoded(value)) ?? ''));
      done = begins.lastIndex = place.end;
    }
  }

  return shown + text.slice(done);
}

/** With what is ASCII decoded; what was cut off within a letter is as good as the rest. */
function decoded(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([2-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** It begins where such characters begin: of a long text without an `@`, each is looked at once. */
const EMAIL = /(?<![\p{L}\p{N}._+~!#$*^-])[\p{L}\p{N}._+~!#$*^-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu;
const ENCODED_WORD = /[^\s&=?"'<>]+/g;
const LINE = /[^\r\n]+/g;
/** As with addresses, each character is looked at once: names begin where no letter of a name stands before. */
const PAIR_START = /(?<![\w.%[\]+-])([\w.%[\]+-]+)=/g;
const STARTS_WITH_PAIR = /^[\w.%[\]+-]+=/;
/** Names are bounded, and so are the spaces between, which a form writes as `+`: a text of quotes alone takes no longer. */
const FIELD_START = /(\\{0,7})"([^"\\]{1,100})\1"[\s+]{0,20}:[\s+]{0,20}(\[[\s+]{0,20})?/g;
const COMMA = /[\s+]{0,20},[\s+]{0,20}/y;
const NUMBER = /-?\d[\d.eE+-]*/y;
const OPENS_DOORS = /^(proxy-)?authorization$|cookie|credential|api-?key|passw|secret|session|token/i;
const TELLS_ADDRESS =
  /^(forwarded|x-forwarded-for|x-real-ip|x-client-ip|cf-connecting-ip|true-client-ip|fly-client-ip)$/i;
