import type { Choice, Field } from '@/api/types';
import { initials } from '@/i18n/initials';
import type { FieldContext } from './context';

/** One line of a list to choose from. */
export interface Option {
  value: string | number;
  label: string;
  choice?: Choice;
  /** A person, shown with the first letter of the name. */
  person?: boolean;
  /** Other words by which it is found. */
  synonyms?: readonly string[];
}

/** What may be chosen in a field of kind choice, choices or person. Archived choices and people who left are not offered. */
export function optionsOf(field: Field, context: FieldContext): Option[] {
  if (field.kind === 'person') {
    return [...context.people.values()]
      .filter((person) => person.active)
      .map((person) => ({ value: person.id, label: person.name, person: true }));
  }
  return field.choices
    .filter((choice) => !choice.archived)
    .map((choice) => ({ value: choice.key, label: choice.label, choice, synonyms: choice.synonyms }));
}

/**
 * The options that contain what was typed, or the first letters of whose pinyin do; those that begin with it first.
 * Case and full width do not matter.
 */
export function searchOptions(options: readonly Option[], typed: string): Option[] {
  const wanted = fold(typed);
  if (!wanted) return [...options];
  const ranked: { option: Option; rank: number }[] = [];
  for (const option of options) {
    const label = fold(option.label);
    if (label.startsWith(wanted)) ranked.push({ option, rank: 0 });
    else if (label.includes(wanted)) ranked.push({ option, rank: 1 });
    else if (initials(label).includes(wanted)) ranked.push({ option, rank: 2 });
    else if (option.synonyms?.some((word) => fold(word).includes(wanted))) ranked.push({ option, rank: 3 });
  }
  return ranked.sort((a, b) => a.rank - b.rank).map(({ option }) => option);
}

/** Text as it is compared: width, case and outer blanks put aside. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}
