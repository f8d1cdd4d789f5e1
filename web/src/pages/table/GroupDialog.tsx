import '@/i18n/byHand';
import { Form, Modal, type RefSelectProps, Select } from 'antd';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Cell } from '@/api/types';
import { DateField } from '@/fields/DateField';
import type { GridController } from '@/grid/controller';
import { groupName, type Regrouping, regrouping } from '@/grid/regroup';
import type { RowSource } from '@/grid/source';

interface Props {
  ids: number[];
  /** Where they were dropped; null: that is asked. */
  given: Regrouping | null;
  source: RowSource;
  grid: GridController;
  /** Moves the rows; says why that was refused. */
  onMove: (rows: Regrouping) => Promise<string | null>;
  onClose: () => void;
}

/** Into which group some rows go; and on which day, where a group is a span of days. */
export default function GroupDialog({ ids, given, source, grid, onMove, onClose }: Props) {
  const { t } = useTranslation('byHand');
  const { groupedBy, context } = grid.painter;
  const [groups] = useState(() =>
    (source.innermost?.() ?? []).map((path) => ({ path, rows: regrouping(source, groupedBy, context, ids, path) })),
  );
  const others = groups.filter(({ rows }) => Object.keys(rows.values).length > 0);
  const [place, setPlace] = useState<number>();
  const [days, setDays] = useState<Record<string, Cell>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const which = useRef<RefSelectProps>(null);
  const [choosing, setChoosing] = useState(false);
  const id = useId();
  const wanted = given ?? (place === undefined ? undefined : others[place]?.rows);
  const refusal = problem ?? wanted?.refusal ?? null;

  const move = async (rows: Regrouping | undefined) => {
    if (busy || !rows || rows.refusal !== null) return;
    setBusy(true);
    const said = rows.spans.flatMap(({ key }) => (key in days ? [[key, days[key] ?? null] as const] : []));
    const refused = await onMove({ ...rows, values: { ...rows.values, ...Object.fromEntries(said) } });
    if (refused === null) onClose();
    setProblem(refused);
    setBusy(false);
  };
  /** Where nothing else is to be asked, choosing is enough. */
  const choose = (value: number) => {
    setPlace(value);
    setDays({});
    setProblem(null);
    if (others[value]?.rows.spans.length === 0) void move(others[value]?.rows);
  };
  return (
    <Modal
      open
      width={416}
      title={given ? t('into', { group: given.name }) : t('toGroupTitle', { count: ids.length })}
      okText={t('toGroupOk')}
      okButtonProps={{ disabled: !wanted || wanted.refusal !== null, autoFocus: given !== null }}
      confirmLoading={busy}
      onOk={() => void move(wanted)}
      onCancel={onClose}
      afterOpenChange={(open) => {
        if (!open || given) return;
        which.current?.focus();
        setChoosing(true);
      }}
    >
      <Form layout="vertical" onFinish={() => void move(wanted)}>
        {given ? null : (
          <Form.Item label={t('toGroupWhich')} htmlFor={`${id}-group`}>
            <Select
              id={`${id}-group`}
              ref={which}
              open={choosing}
              onOpenChange={setChoosing}
              showSearch={{ optionFilterProp: 'label' }}
              value={place}
              notFoundContent={t('toGroupNone')}
              options={others.map(({ path }, value) => ({ value, label: groupName(path, groupedBy, context) }))}
              onChange={choose}
            />
          </Form.Item>
        )}
        {wanted?.refusal === null
          ? wanted.spans.map((field) => (
              <Form.Item
                key={field.key}
                label={labelOf(field.label_all)}
                htmlFor={`${id}-${field.key}`}
                extra={t('toGroupDay')}
              >
                <DateField
                  id={`${id}-${field.key}`}
                  field={field}
                  cell={days[field.key] ?? wanted.values[field.key] ?? null}
                  context={context}
                  describedBy={undefined}
                  wrong={false}
                  onCommit={(cell) => setDays((before) => ({ ...before, [field.key]: cell }))}
                />
              </Form.Item>
            ))
          : null}
        {refusal === null ? null : <p role="alert">{refusal}</p>}
      </Form>
    </Modal>
  );
}
