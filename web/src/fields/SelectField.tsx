import { Select } from 'antd';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Cell } from '@/api/types';
import { isInvalid, isRelation } from './cells';
import type { EditorPartProps } from './draft';
import { formatCell } from './format';
import { type Option, optionsOf, searchOptions } from './options';
import { type SearchRelation, useRelationSearch } from './relations';
import { chipNode, personNode } from './render';

/** Choice, choices, person and tags: a list with search. */
export function ListField(part: EditorPartProps) {
  const { field, cell, context, onCommit } = part;
  const [typed, setTyped] = useState('');
  const all = useMemo(() => optionsOf(field, context), [field, context]);
  const many = field.kind === 'choices' || field.kind === 'tags';
  const value = isInvalid(cell) ? undefined : many ? (Array.isArray(cell) ? cell : []) : (cell ?? undefined);
  // A person who left, or a choice that is no longer offered, still shows where it is held.
  const labelOf = (key: string | number): Option =>
    all.find((option) => option.value === key) ?? {
      value: key,
      label: formatCell(field, many ? [String(key)] : key, context),
      choice: field.choices.find((choice) => choice.key === key),
    };
  return (
    <Select<Cell>
      id={part.id}
      mode={field.kind === 'tags' ? 'tags' : many ? 'multiple' : undefined}
      tokenSeparators={field.kind === 'tags' ? [',', '，', '、', ';', '；'] : undefined}
      value={value as Cell}
      status={part.wrong ? 'error' : undefined}
      placeholder={isInvalid(cell) ? cell.invalid : undefined}
      allowClear={!field.required}
      style={{ width: '100%' }}
      aria-describedby={part.describedBy}
      aria-invalid={part.wrong}
      showSearch={{ searchValue: typed, onSearch: setTyped, filterOption: false }}
      options={searchOptions(all, typed).map((option) => ({ value: option.value, label: option.label }))}
      optionRender={(option) => <Shown option={labelOf(option.value as string | number)} />}
      labelRender={(option) => <Shown option={labelOf(option.value as string | number)} />}
      onChange={(next) => {
        setTyped('');
        onCommit(next === undefined || (Array.isArray(next) && next.length === 0) ? null : next);
      }}
    />
  );
}

/** Another record, found by a part of its name. */
export function RelationField({ searchRelation, ...part }: EditorPartProps & { searchRelation: SearchRelation }) {
  const { field, cell, context, onCommit } = part;
  const [typed, setTyped] = useState('');
  const { options, create, state } = useRelationSearch(searchRelation, field, typed);
  const held = isRelation(cell) ? cell : null;
  const nothing = { searching: 'edit.searching', failed: 'edit.searchFailed', done: 'edit.nothingFound' } as const;
  return (
    <Select<number>
      id={part.id}
      value={held?.id}
      status={part.wrong ? 'error' : undefined}
      placeholder={isInvalid(cell) ? cell.invalid : undefined}
      allowClear={!field.required}
      style={{ width: '100%' }}
      aria-describedby={part.describedBy}
      aria-invalid={part.wrong}
      showSearch={{ searchValue: typed, onSearch: setTyped, filterOption: false }}
      notFoundContent={context.t(nothing[state])}
      options={[
        ...options.map(({ value, label }) => ({ value: Number(value), label })),
        ...(create ? [{ value: NEW, label: context.t('edit.createNew', { name: typed.trim() }) }] : []),
      ]}
      labelRender={() => held?.label ?? ''}
      onChange={(next) => {
        setTyped('');
        if (next === NEW) {
          void create?.(typed.trim()).then(onCommit, () => undefined);
          return;
        }
        const chosen = options.find((one) => one.value === next);
        onCommit(chosen ? { id: next, label: chosen.label } : null);
      }}
    />
  );
}

/** Stands for a record that is yet to be made. */
const NEW = -1;

function Shown({ option }: { option: Option }) {
  const host = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (option.choice) host.current?.replaceChildren(chipNode(option.label, option.choice));
    else if (option.person) host.current?.replaceChildren(personNode(Number(option.value), option.label));
    else host.current?.replaceChildren(option.label);
  });
  return <span ref={host} className="kf-view" />;
}
