import type { ChoiceChange } from '@/api/objects';
import type { Category, Choice, Labels, Language } from '@/api/types';
import { HUE_ORDER } from '@/ui/palette';

/** A choice while it is edited. `key` null: a new one. `id` only tells rows of the editor apart. */
export interface ChoiceDraft {
  id: string;
  key: string | null;
  /** In the language of the page. */
  label: string;
  labels: Partial<Labels>;
  color: number;
  category: Category | null;
  synonyms: string[];
  archived: boolean;
}

export function draftOf(choice: Choice, language: Language): ChoiceDraft {
  const { key, label_all, color, category, synonyms, archived } = choice;
  const label = label_all[language] ?? choice.label;
  return { id: key, key, label, labels: label_all, color, category, synonyms, archived };
}

let count = 0;
/** The next choice to fill in, in the first hue that the others do not use. */
export function freshChoice(others: readonly ChoiceDraft[]): ChoiceDraft {
  count += 1;
  const used = new Set(others.map((one) => one.color));
  const free = HUE_ORDER.find((hue) => !used.has(hue));
  return {
    id: `new-${count}`,
    key: null,
    label: '',
    labels: {},
    color: free ?? HUE_ORDER[others.length % HUE_ORDER.length] ?? 0,
    category: null,
    synonyms: [],
    archived: false,
  };
}

/** What is sent: new ones without a name are left out, the name in the other language stays. */
export function toChoices(drafts: readonly ChoiceDraft[], language: Language): ChoiceChange[] {
  return drafts
    .filter((draft) => draft.key !== null || draft.label.trim())
    .map(({ key, label, labels, color, category, synonyms, archived }) => ({
      ...(key === null ? {} : { key }),
      label: { ...labels, [language]: label.trim() || labels[language] },
      color,
      category,
      synonyms,
      archived,
    }));
}
