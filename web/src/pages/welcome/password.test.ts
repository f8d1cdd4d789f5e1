import { expect, it } from 'vitest';
import { passwordStrength } from './password';

it.each([
  ['', 'short'],
  ['kurz1234!', 'short'],
  ['aaaaaaaaaaaaaaaa', 'weak'],
  ['onlyletters', 'weak'],
  ['letters-and-1', 'good'],
  ['tablewriter7', 'fair'],
  ['four plain long words', 'good'],
])('%s is %s', (password, strength) => {
  expect(passwordStrength(password)).toBe(strength);
});
