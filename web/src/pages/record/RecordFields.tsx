import { Button } from 'antd';
import { lazy, Suspense, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { labelOf, useObjects } from '@/api/objects';
import type { Cell, Field, ObjectInfo, RecordAnswer, RecordId } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { CellView } from '@/fields/CellView';
import { isBlank, isMasked } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { type AskConflict, saveOrKeep } from '@/pages/table/saving';
import { useUnsentValues } from '@/pages/table/unsent-values';
import { arriving } from '@/ui/arriving';
import { Quiet } from './Quiet';
import styles from './record.module.css';
import { ValueEditor } from './ValueEditor';

const Masked = lazy(() => arriving(() => import('./Masked')));

interface Props {
  object: ObjectInfo;
  record: RecordAnswer;
  /** Shown even where they are empty; other empty fields wait behind a button. */
  shown: string[];
  context: FieldContext;
  ask: AskConflict;
  onSaved: (id: RecordId, version: number, values: Record<string, Cell>) => void;
  from: unknown;
}

/** All fields of a record, each edited where it stands. */
export function RecordFields({ object, record, shown, context, ask, onSaved, from }: Props) {
  const { t } = useTranslation('table');
  const [all, setAll] = useState(false);
  const { problems, save } = useSaving(object, record, ask, onSaved, from);
  // What waits for the line lies over what is saved.
  const unsent = useUnsentValues(object.key, record.id);
  const values = { ...record.values, ...unsent };
  const wanted = (field: Field) => all || shown.includes(field.key) || !isBlank(values[field.key]);
  const groups = groupFields(object, useObjects().objects);
  const waiting = groups.some((group) =>
    group.fields.some((field) => !shown.includes(field.key) && isBlank(values[field.key])),
  );

  return (
    <Quiet>
      {groups.map((group) => {
        const fields = group.fields.filter(wanted);
        if (fields.length === 0) return null;
        return (
          <section key={group.key} className={styles.group} aria-label={group.label}>
            {group.label ? <h3 className={styles.groupTitle}>{group.label}</h3> : null}
            {fields.map((field) => (
              <FieldLine key={field.key} field={field} waits={field.key in unsent}>
                {(id) =>
                  field.reveals && isMasked(values[field.key]) ? (
                    <Suspense fallback={<CellView field={field} cell={values[field.key]} context={context} />}>
                      <Masked object={object.key} record={record} field={field} context={context} />
                    </Suspense>
                  ) : (
                    <ValueEditor
                      id={id}
                      field={field}
                      values={values}
                      context={context}
                      disabled={!record.rights.update}
                      problem={problems[field.key]}
                      onCommit={(key, cell) => void save(key, cell)}
                    />
                  )
                }
              </FieldLine>
            ))}
          </section>
        );
      })}
      {waiting || all ? (
        <Button type="text" size="small" className={styles.all} onClick={() => setAll(!all)}>
          {all ? t('record.hideEmpty') : t('record.showEmpty')}
        </Button>
      ) : null}
    </Quiet>
  );
}

interface LineProps {
  field: Field;
  /** Its value waits for the line. */
  waits?: boolean;
  children: (id: string) => React.ReactNode;
}
export function FieldLine({ field, waits = false, children }: LineProps) {
  const { t } = useTranslation('grid');
  const id = useId();
  return (
    <div
      className={styles.line}
      data-readonly={field.readonly}
      data-tall={field.kind === 'long_text'}
      data-waits={waits || undefined}
    >
      <label htmlFor={id} title={labelOf(field.label_all)}>
        {labelOf(field.label_all)}
      </label>
      {children(id)}
      {waits ? <small className={styles.waits}>{t('edit.waiting')}</small> : null}
    </div>
  );
}

interface Group {
  key: string;
  label: string;
  fields: Field[];
}

/** A record's own fields, then what it shows of others under their relation's name, last what the program fills in. */
export function groupFields(object: ObjectInfo, objects: readonly ObjectInfo[]): Group[] {
  const own: Group = { key: '', label: '', fields: [] };
  const system: Group = { key: 'system', label: '', fields: [] };
  const behind = new Map<string, Group>();
  const looked = new Set(object.fields.flatMap((field) => field.lookup?.relation ?? []));
  for (const field of [...object.fields].sort((a, b) => a.position - b.position)) {
    if (field.hidden) continue;
    if (field.lookup) {
      const { relation, target_object } = field.lookup;
      const label = labelOf(objects.find((one) => one.key === target_object)?.label);
      const group = behind.get(relation) ?? { key: relation, label, fields: [] };
      behind.set(relation, group);
      group.fields.push(field);
    } else if (looked.has(field.key)) {
      // The relation itself says no more than its fields do.
    } else {
      (field.readonly && field.kind !== 'auto_number' ? system : own).fields.push(field);
    }
  }
  return [own, ...behind.values(), system];
}

/** Saves field by field, one after the other, so that a person is never in conflict with himself. */
function useSaving(
  object: ObjectInfo,
  record: RecordAnswer,
  ask: AskConflict,
  onSaved: Props['onSaved'],
  from: unknown,
) {
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [chain] = useState<{ last: Promise<unknown> }>({ last: Promise.resolve() });
  const { id } = record;
  const queryKey = ['record', object.key, id];

  const saveNow = async (key: string, cell: Cell) => {
    const held = queryClient.getQueryData<RecordAnswer>(queryKey) ?? record;
    const result = await saveOrKeep(object, { id, version: held.version, values: { [key]: cell } }, ask);
    if ('reason' in result) {
      setProblems((before) => ({ ...before, [key]: result.fields?.[key] ?? result.reason }));
      return;
    }
    setProblems(({ [key]: _, ...others }) => others);
    if ('waiting' in result) return;
    queryClient.setQueryData<RecordAnswer>(queryKey, (now) =>
      now ? { ...now, version: result.version, values: { ...now.values, ...result.values } } : now,
    );
    onSaved(id, result.version, result.values);
    recordsChanged(object.key, from);
  };
  const save = (key: string, cell: Cell) => {
    // Shows at once what was chosen; the answer brings what the server made of it.
    queryClient.setQueryData<RecordAnswer>(queryKey, (now) =>
      now ? { ...now, values: { ...now.values, [key]: cell } } : now,
    );
    chain.last = chain.last.then(() => saveNow(key, cell));
    return chain.last;
  };
  return { problems, save };
}
