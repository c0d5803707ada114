/**
 * What the system says by the code of a failed call, as the end of a sentence: `there is no such file or folder`. For a
 * code that is rare, and for what is no error of the system, its own words.
 */
export function systemErrorText(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const known = code === undefined ? undefined : TEXTS[code];
  return known ?? (error instanceof Error ? error.message : String(error));
}

const TEXTS: Readonly<Record<string, string>> = {
  EACCES: 'its rights do not allow it',
  EDQUOT: 'no space is left for this user',
  EFBIG: 'it would be too large',
  EIO: 'its disk fails',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead round in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on its disk',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EPERM: 'the system does not allow it',
  EROFS: 'its disk is read-only',
};
