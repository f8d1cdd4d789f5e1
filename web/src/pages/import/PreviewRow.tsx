import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportRow } from '@/api/import-types';
import type { Field } from '@/api/types';
import { CellView } from '@/fields/CellView';
import { isInvalid } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { isRightAligned } from '@/fields/format';
import styles from './import.module.css';
import { knownBy } from './knownBy';
import { cellKey } from './usePlanChange';

interface Props {
  /** Among the rows that are shown, from 0. */
  place: number;
  /** Not there while it is fetched. */
  row: ImportRow | undefined;
  several: boolean;
  columns: Field[];
  context: FieldContext;
  typed: ReadonlyMap<string, string | null>;
  /** The column that is chosen in this row. */
  chosen: number | null;
  nameOf: (key: string) => string;
  onChoose: (column: number) => void;
  /** What corrects the chosen cell, while it is open. */
  children: ReactNode;
}

export function PreviewRow({
  place,
  row,
  several,
  columns,
  context,
  typed,
  chosen,
  nameOf,
  onChoose,
  children,
}: Props) {
  const { t } = useTranslation('imports');
  const cellProps = (column: number) => ({
    id: `preview-${place}-${column}`,
    'data-chosen': chosen === column,
    'aria-selected': chosen === column,
    onClick: () => onChoose(column),
  });
  if (!row) {
    return (
      <tr aria-rowindex={place + 2} aria-busy="true">
        <th scope="row" />
        <td colSpan={columns.length + 1} className={styles.muted}>
          …
        </td>
      </tr>
    );
  }
  const ofRow = row.problems.filter((problem) => !columns.some((field) => field.key === problem.field));
  return (
    <tr data-action={row.action} aria-rowindex={place + 2}>
      <th scope="row" {...cellProps(0)}>
        {several ? `${row.sheet} ${row.row}` : row.row}
        {chosen === 0 ? children : null}
      </th>
      <td {...cellProps(1)}>
        <Tooltip title={ofRow.map((problem) => problem.message).join(' ')}>
          <span className={styles.action} data-action={row.action}>
            {t(`plan.actions.${row.action}`)}
          </span>
        </Tooltip>
        {row.known ? (
          <span className={styles.known} title={t('plan.knownBy', { by: knownBy(row.known.by, nameOf, t) })}>
            {row.known.number} · {knownBy(row.known.by, nameOf, t)}
          </span>
        ) : null}
        {chosen === 1 ? children : null}
      </td>
      {columns.map((field, index) => {
        const waiting = typed.get(cellKey(row.file, row.index, row.row, field.key));
        const problems = row.problems.filter((problem) => problem.field === field.key);
        const cell = row.cells[index];
        const isNew = isInvalid(cell) && cell.code === 'new_choice';
        const isWrong = waiting === undefined && problems.length > 0 && !isNew;
        const view = isNew ? (
          <span className={styles.newChoice}>{cell.invalid}</span>
        ) : (
          <CellView field={field} cell={cell} context={context} />
        );
        const why = problems.map((problem) => problem.message).join(' ');
        return (
          <td
            key={field.key}
            {...cellProps(index + 2)}
            data-right={isRightAligned(field)}
            data-problem={isWrong}
            data-fixed={row.fixed.includes(field.key)}
          >
            {waiting !== undefined ? (
              <span className={styles.waiting}>{waiting}</span>
            ) : isWrong ? (
              <Tooltip title={children ? null : why}>
                <span>
                  {cell === null ? problems[0]?.value : view}
                  <span className="visually-hidden">{why}</span>
                </span>
              </Tooltip>
            ) : (
              view
            )}
            {chosen === index + 2 ? children : null}
          </td>
        );
      })}
    </tr>
  );
}
