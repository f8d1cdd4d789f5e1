import type { Field } from '@/api/types';

const NEW = 'new:';

/** A column that is to become a field: `new:` and its name is all that is known so far. */
export function newField(key: string): Field {
  const label = key.startsWith(NEW) ? key.slice(NEW.length) : key;
  return {
    key,
    kind: 'text',
    label,
    label_all: { 'zh-Hans': label, en: label },
    builtin: false,
    readonly: true,
    required: false,
    hidden: false,
    position: 0,
    lookup: null,
    target: null,
    choices: [],
    categories: [],
    operators: [],
    sortable: false,
  };
}
