import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { queryRows, readRecord } from '@/api/records';
import type { Cell, ObjectInfo, ObjectKey, RecordId, RelationCell, Sort } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { CellView } from '@/fields/CellView';
import { isBlank, nameIn } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { rowsOf } from '@/pages/table/rows';
import { type AskConflict, makeOrKeep } from '@/pages/table/saving';
import { useUnmade } from '@/pages/table/unsent-values';
import { DownOutlined, PlusOutlined, RightOutlined } from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import { RecordFields } from './RecordFields';
import styles from './record.module.css';
import { Tick } from './Tick';
import { UnmadeFields } from './UnmadeRecord';

const MOST = 100;
/** What a line says beside the name, of what the object has. */
const LINE_FIELDS = [
  ...['title', 'phone', 'mobile', 'email', 'stage', 'amount', 'end_date'],
  ...['kind', 'happened_at', 'next_follow_up', 'due_date', 'owner'],
];

/** In which order they stand; others as they were made. */
const ORDER: Record<ObjectKey, Sort[]> = {
  activities: [{ field: 'happened_at', desc: true }],
  tasks: [{ field: 'due_date', desc: true }],
};

const idOf = (cell: Cell | undefined) => (cell && typeof cell === 'object' && 'id' in cell ? cell.id : null);

interface Props {
  object: ObjectInfo;
  relation: string;
  /** How many there are. */
  count: number;
  parent: RelationCell;
  context: FieldContext;
  ask: AskConflict;
  /** Where one is not added by its name alone. */
  onAdd?: () => void;
}

/** What belongs to a record: one line each, which unfolds to be edited, and a line to add one. */
export function RelatedList({ object, relation, count, parent, context, ask, onAdd }: Props) {
  const { t } = useTranslation(['table', 'grid']);
  const [open, setOpen] = useState<RecordId | null>(null);
  const keys = LINE_FIELDS.filter(
    (key) => key !== object.title_field && object.fields.some((field) => field.key === key),
  );
  const tick = object.fields.find((field) => field.key === 'done');
  const fields = [object.title_field, ...(tick ? [tick.key] : []), ...keys];
  const filter = { field: relation, op: 'is' as const, value: parent.id };
  const rows = useQuery({
    queryKey: ['related', object.key, parent.id],
    queryFn: async ({ signal }) => {
      const spec = { filter, fields, sort: ORDER[object.key], offset: 0, limit: MOST };
      const answer = await queryRows(object.key, spec, signal);
      return rowsOf(answer.rows, fields, 0);
    },
  });
  const plural = labelOf(object.plural);
  const unmade = useUnmade(object.key).filter(({ cells }) => idOf(cells[relation]) === parent.id);
  return (
    <div className={styles.related}>
      {onAdd ? (
        <Button className={styles.addOpens} icon={<PlusOutlined />} onClick={onAdd}>
          {t('record.addRelated', { object: labelOf(object.label) })}
        </Button>
      ) : object.rights.create ? (
        <AddLine object={object} relation={relation} parent={parent} onAdded={setOpen} />
      ) : null}
      {rows.error && !rows.data ? (
        <Failed text={errorText(rows.error)} onRetry={() => void rows.refetch()} />
      ) : !rows.data ? (
        <LinesLoading rows={4} />
      ) : rows.data.length + unmade.length === 0 ? (
        <Statement title={t('record.noRelated', { object: plural })} />
      ) : (
        <ul className={styles.relatedList} aria-label={plural}>
          {[...rows.data, ...unmade].map((row) => {
            const name = nameIn(row.cells[object.title_field]) || t('record.unnamed');
            const isOpen = open === row.id;
            const waiting = unmade.find(({ id }) => id === row.id);
            return (
              <li key={row.id}>
                <div className={styles.relatedHead}>
                  {tick && !waiting ? <Tick object={object} field={tick} row={row} name={name} ask={ask} /> : null}
                  <button
                    type="button"
                    className={styles.relatedLine}
                    aria-expanded={isOpen}
                    aria-label={t('record.openRelated', { name })}
                    onClick={() => setOpen(isOpen ? null : row.id)}
                  >
                    {isOpen ? <DownOutlined /> : <RightOutlined />}
                    <b className={tick && row.cells[tick.key] === true ? styles.relatedDone : undefined}>{name}</b>
                  </button>
                </div>
                {waiting ? <small className={styles.waits}>{t('grid:edit.waiting')}</small> : null}
                {isOpen && waiting ? (
                  <UnmadeFields object={object} record={waiting} shown={fields} context={context} ask={ask} />
                ) : isOpen ? (
                  <Related object={object} id={row.id} shown={fields} context={context} ask={ask} />
                ) : (
                  <span className={styles.relatedFields}>
                    {keys
                      .filter((key) => !isBlank(row.cells[key]))
                      .map((key) => {
                        const field = object.fields.find((one) => one.key === key);
                        return field ? (
                          <CellView key={key} field={field} cell={row.cells[key]} context={context} />
                        ) : null;
                      })}
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {count > MOST ? (
        <Link to="/o/$object" params={{ object: object.key }} search={{ filter }}>
          {t('record.allRelated', { count })}
        </Link>
      ) : null}
    </div>
  );
}

function Related({
  object,
  id,
  shown,
  context,
  ask,
}: Pick<Props, 'object' | 'context' | 'ask'> & { id: RecordId; shown: string[] }) {
  const record = useQuery({
    queryKey: ['record', object.key, id],
    queryFn: ({ signal }) => readRecord(object.key, id, signal),
  });
  if (record.error) return <Failed text={errorText(record.error)} onRetry={() => void record.refetch()} />;
  if (!record.data) return <LinesLoading rows={4} />;
  return (
    <RecordFields
      object={object}
      record={record.data}
      shown={shown}
      context={context}
      ask={ask}
      onSaved={() => {}}
      from={null}
    />
  );
}

function AddLine({
  object,
  relation,
  parent,
  onAdded,
}: Pick<Props, 'object' | 'relation' | 'parent'> & { onAdded: (id: RecordId) => void }) {
  const { t } = useTranslation('table');
  const message = useMessage();
  const [name, setName] = useState('');
  const label = t('record.addRelated', { object: labelOf(object.label) });
  const add = useMutation({
    mutationFn: () => makeOrKeep(object, [{ [relation]: { ...parent }, [object.title_field]: name.trim() }]),
    networkMode: 'always',
    onSuccess: async (answer) => {
      setName('');
      const [id] = 'made' in answer ? answer.made.map((one) => one.id) : answer.waiting;
      if (id === undefined) return;
      if (!('made' in answer)) {
        onAdded(id);
        return;
      }
      recordsChanged(object.key);
      await queryClient.refetchQueries({ queryKey: ['related', object.key, parent.id] });
      onAdded(id);
    },
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <form
      className={styles.add}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) add.mutate();
      }}
    >
      <Input
        value={name}
        maxLength={200}
        placeholder={labelOf(object.fields.find((field) => field.key === object.title_field)?.label_all)}
        aria-label={label}
        onChange={(event) => setName(event.target.value)}
      />
      <Button htmlType="submit" icon={<PlusOutlined />} loading={add.isPending} disabled={!name.trim()}>
        {label}
      </Button>
    </form>
  );
}
