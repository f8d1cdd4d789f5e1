import i18next, { type TFunction } from 'i18next';
import type { Field } from '@/api/types';
import zhHans from '@/i18n/zh-Hans';
import type { FieldContext } from './context';

/** For tests: a known person in Shanghai on 2026-11-22, among known people. */
export async function knownContext(): Promise<FieldContext> {
  const instance = i18next.createInstance();
  await instance.init({ lng: 'zh-Hans', resources: { 'zh-Hans': zhHans }, interpolation: { escapeValue: false } });
  return {
    t: instance.getFixedT('zh-Hans', 'grid') as unknown as TFunction<'grid'>,
    language: 'zh-Hans',
    timeZone: 'Asia/Shanghai',
    today: '2026-11-22',
    people: new Map([
      [1, { id: 1, name: 'Alice', active: true }],
      [2, { id: 2, name: '鲍勃', active: true }],
      [3, { id: 3, name: 'Charlie', active: false }],
    ]),
  };
}

/** For tests: a field of a kind, with the three levels of a customer as its choices. */
export function knownField(kind: Field['kind'], more: Partial<Field> = {}): Field {
  const choice = (key: string, label: string, synonyms: string[] = []) => ({
    key,
    label,
    label_all: { 'zh-Hans': label, en: key },
    color: 0,
    category: null,
    synonyms,
    archived: false,
  });
  return {
    key: kind,
    kind,
    label: kind,
    label_all: {},
    builtin: true,
    readonly: false,
    required: false,
    hidden: false,
    position: 0,
    lookup: null,
    target: null,
    choices:
      kind === 'choice' || kind === 'choices'
        ? [
            choice('vip', '重要客户', ['重点', 'A级']),
            choice('normal', '一般客户'),
            { ...choice('old', '旧等级'), archived: true },
          ]
        : [],
    categories: [],
    operators: [],
    sortable: true,
    ...more,
  };
}
