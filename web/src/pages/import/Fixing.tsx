import { AutoComplete, Button, Checkbox, Input, Radio } from 'antd';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportRow, PlanFix, ProblemGroup, RowMode } from '@/api/import-types';
import { labelOf } from '@/api/objects';
import type { Cell, Field } from '@/api/types';
import { isInvalid, isRelation } from '@/fields/cells';
import styles from './import.module.css';
import { useAway } from './Panel';

const IS = 'is ';
const MODES: (RowMode | null)[] = [null, 'fill', 'overwrite', 'skip', 'create', 'exclude'];

interface CellProps {
  field: Field;
  row: ImportRow;
  cell: Cell;
  groups: ProblemGroup[];
  onFix: (...fixes: PlanFix[]) => void;
  onLeave: () => void;
  onClose: () => void;
}

/** What a cell is to say instead: this one, or all that say the same. */
export function CellFix({ field, row, cell, groups, onFix, onLeave, onClose }: CellProps) {
  const { t } = useTranslation('imports');
  const problems = row.problems.filter((problem) => problem.field === field.key);
  const said = problems[0]?.value ?? textOf(field, cell);
  return (
    <ValueFix
      field={field}
      said={said}
      why={problems.map((problem) => problem.message).join(' ')}
      count={groups.find((group) => group.field === field.key && group.value === said)?.count ?? null}
      onSave={(to, alike) =>
        onFix({ kind: 'cell', file: row.file, sheet: row.index, row: row.row, field: field.key, to, alike })
      }
      onClose={onClose}
    >
      <Button size="small" type="text" onClick={onLeave}>
        {row.mode === 'exclude' ? t('fix.take') : t('fix.leave')}
      </Button>
    </ValueFix>
  );
}

interface ValueProps {
  field: Field;
  said: string;
  why: string;
  /** How many cells say the same; null where nobody has counted. */
  count: number | null;
  /** Always all that say the same. */
  all?: boolean;
  onSave: (to: string | null, alike: boolean) => void;
  onClose: () => void;
  children?: ReactNode;
}

export function ValueFix({ field, said, why, count, all = false, onSave, onClose, children }: ValueProps) {
  const { t } = useTranslation('imports');
  const [text, setText] = useState(said);
  const [alike, setAlike] = useState(all);
  const save = () => (text === said && text !== '' ? onClose() : onSave(text.trim() === '' ? null : text, alike));
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter') save();
    else return;
    event.preventDefault();
  };
  const box = useAway(save);
  const choices = field.choices.filter((choice) => !choice.archived).map((choice) => labelOf(choice.label_all));
  const label = t('fix.label', { name: labelOf(field.label_all) });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of what is in it end here
    <div ref={box} className={styles.fix} onKeyDown={onKeyDown}>
      {why ? <p className={styles.why}>{why}</p> : null}
      {choices.length > 0 ? (
        <AutoComplete
          autoFocus
          value={text}
          onChange={setText}
          aria-label={label}
          options={choices.map((value) => ({ value }))}
          showSearch={{ filterOption: (typed, option) => typed === said || (option?.value ?? '').includes(typed) }}
          className={styles.target}
        />
      ) : (
        <Input autoFocus value={text} onChange={(event) => setText(event.target.value)} aria-label={label} />
      )}
      {all || said === '' ? null : (
        <Checkbox checked={alike} onChange={(event) => setAlike(event.target.checked)}>
          {count !== null && count > 1 ? t('fix.alikeCount', { count, value: said }) : t('fix.alike', { value: said })}
        </Checkbox>
      )}
      <div className={styles.fixActs}>
        <Button size="small" type="primary" onClick={save}>
          {all && count !== null ? t('fix.saveAll', { count }) : t('fix.save')}
        </Button>
        <Button size="small" onClick={() => onSave(null, alike)}>
          {t('fix.clear')}
        </Button>
        {children}
      </div>
    </div>
  );
}

interface RowProps {
  row: ImportRow;
  onFix: (fix: PlanFix) => void;
  onClose: () => void;
}

/** What becomes of one row, where it is to be another thing than of the others. */
export function RowFix({ row, onFix, onClose }: RowProps) {
  const { t } = useTranslation('imports');
  const box = useAway(onClose);
  const chosen = row.known?.by[0] === 'chosen' ? row.known.number : null;
  const records = chosen === null ? row.rivals : [chosen];
  const why = row.problems
    .filter((problem) => problem.field === null || problem.code === 'several_match')
    .map((problem) => problem.message);
  const place = { kind: 'row', file: row.file, sheet: row.index, row: row.row } as const;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of what is in it end here
    <div
      ref={box}
      className={styles.fix}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') onClose();
      }}
    >
      {why.length > 0 ? <p className={styles.why}>{why.join(' ')}</p> : null}
      <Radio.Group
        vertical
        aria-label={t('fix.row', { row: row.row })}
        value={chosen === null ? row.mode : IS + chosen}
        onChange={({ target: { value } }) =>
          onFix(
            value?.startsWith(IS)
              ? { ...place, action: null, record: value.slice(IS.length) }
              : { ...place, action: value },
          )
        }
      >
        {records.map((number, at) => (
          <Radio key={IS + number} value={IS + number} autoFocus={at === 0}>
            {t('fix.isRecord', { number })}
          </Radio>
        ))}
        {MODES.map((value) => (
          <Radio key={value} value={value} autoFocus={value === row.mode && records.length === 0}>
            {t(`fix.modes.${value ?? 'usual'}`)}
          </Radio>
        ))}
      </Radio.Group>
    </div>
  );
}

/** A value as somebody would type it. */
export function textOf(field: Field, cell: Cell): string {
  if (cell === null) return '';
  if (isInvalid(cell)) return cell.invalid;
  if (isRelation(cell)) return cell.label;
  const choice = (key: unknown) => labelOf(field.choices.find((one) => one.key === key)?.label_all) || String(key);
  if (Array.isArray(cell)) return cell.map(choice).join('、');
  return field.kind === 'choice' ? choice(cell) : String(cell);
}
