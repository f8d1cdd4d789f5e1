export const MIN_PASSWORD = 10;
export type Strength = 'short' | 'weak' | 'fair' | 'good';

/** A hint while typing; the server decides. Length counts most, kinds of characters help, repetition does not. */
export function passwordStrength(password: string): Strength {
  const length = [...password].length;
  if (length < MIN_PASSWORD) return 'short';
  const different = new Set(password).size;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\da-zA-Z]/].filter((kind) => kind.test(password)).length;
  if (different < 6 || (kinds === 1 && length < 14)) return 'weak';
  return length >= 16 || (length >= 12 && kinds >= 3) ? 'good' : 'fair';
}
