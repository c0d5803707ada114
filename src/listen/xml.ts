/** An element with what is in it, which is XML already; closed at once when nothing is. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, content = ''): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeText(String(value))}"`);
  const start = `<${name}${list.join('')}`;
  return content === '' ? `${start}/>` : `${start}>${content}</${name}>`;
}

/** A text as what is between two tags. */
export function xmlText(text: string): string {
  return legal(text)
    .replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign)
    .replaceAll('\r', '&#13;');
}

/** A reader makes spaces of line feeds and tabs in an attribute, unless they are written by their number. */
function attributeText(text: string): string {
  return xmlText(text)
    .replaceAll('"', '&quot;')
    .replace(/[\t\n]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** XML has no way to write most control characters, and half of a surrogate pair (XML 1.0, section 2.2). */
function legal(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
