/**
 * A text with everything taken out that may let somebody in or names a person: secrets, tokens, e-mail addresses, and of
 * URLs all but the origin, since a path or a query may be all it takes to post there. What is put in its place needs no
 * escaping, so JSON stays JSON.
 *
 * Nothing of this should be in a record in the first place. This is the second lock, over the whole line, for what comes
 * in the words of an error that we did not write.
 */
export function withoutSecrets(text: string): string {
  return PATTERNS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}

// Repetitions are bounded where what follows them may be missing, so that a long text takes no quadratic time.
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Up to the end of the origin; a user name and password stand before an @.
  [/\b((?:https?|wss?):\/\/)(?:[^\s"'\\/?#@<>]{0,512}@)?([^\s"'\\/?#@<>]+)[/?#][^\s"'\\<>]+/gi, '$1$2/[hidden]'],
  [/\b((?:https?|wss?):\/\/)[^\s"'\\/?#@<>]{1,512}@/gi, '$1[hidden]@'],
  [/\b(postgres(?:ql)?:\/\/[^\s"'\\/:@<>]{0,256}):[^\s"'\\/@<>]{1,512}@/gi, '$1:[hidden]@'],
  [/\bwhsec_[\w+/=-]+/g, 'whsec_[hidden]'],
  [/\bsecret_\w+/g, 'secret_[hidden]'],
  [/\boperator_\w{16,}/g, 'operator_[hidden]'],
  // Whoever knows the whole id of a listener may post to its inbox.
  [/\blst_(\w{4})\w+/g, 'lst_$1…'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [hidden]'],
  [/[\w.!#$%&'*+=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g, '[e-mail]'],
];
