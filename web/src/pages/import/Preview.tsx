import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Pagination, Segmented, Spin, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { type ImportPlan, type ImportRow, type RowsOnly, TOLD_PROBLEMS } from '@/api/import-types';
import { downloadRejected, readPlanRows } from '@/api/imports';
import { labelOf, useObject, useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import type { Field } from '@/api/types';
import { CellView } from '@/fields/CellView';
import { isInvalid } from '@/fields/cells';
import { type FieldContext, useFieldContext } from '@/fields/context';
import { isRightAligned } from '@/fields/format';
import { DownloadOutlined } from '@/ui/more-icons';
import { Failed } from '@/ui/states';
import styles from './import.module.css';

const PAGE = 50;
const ONLY: RowsOnly[] = ['all', 'create', 'update', 'same', 'reject', 'problems'];

/** The rows as they would arrive, page by page, with what is wrong marked in its cell. */
export function Preview({ plan }: { plan: ImportPlan }) {
  const { t } = useTranslation('imports');
  const [only, setOnly] = useState<RowsOnly>('all');
  const [page, setPage] = useState(1);
  const rows = useQuery({
    queryKey: ['import-rows', plan.id, only, page],
    queryFn: ({ signal }) => readPlanRows(plan.id, { offset: (page - 1) * PAGE, limit: PAGE, only }, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const counts: Record<RowsOnly, number> = {
    ...plan.counts,
    all: plan.counts.rows,
    problems: rowsWithProblems(plan),
  };
  return (
    <section aria-label={t('plan.preview')} className={styles.preview}>
      <div className={styles.only}>
        <Segmented<RowsOnly>
          size="small"
          aria-label={t('plan.only.label')}
          value={only}
          options={ONLY.map((value) => ({
            value,
            label: (
              <span>
                {t(`plan.only.${value}`)} <b>{counts[value].toLocaleString('en-US')}</b>
              </span>
            ),
          }))}
          onChange={(value) => {
            setOnly(value);
            setPage(1);
          }}
        />
        {plan.counts.reject > 0 ? (
          <Button type="link" size="small" icon={<DownloadOutlined />} onClick={() => downloadRejected(plan.id)}>
            {t('plan.rejected')}
          </Button>
        ) : null}
      </div>
      {rows.error ? (
        <Failed text={errorText(rows.error)} onRetry={() => void rows.refetch()} />
      ) : rows.data ? (
        <div className={styles.rows} aria-busy={rows.isPlaceholderData}>
          {rows.data.rows.length > 0 ? (
            <PreviewTable plan={plan} fields={rows.data.fields} rows={rows.data.rows} />
          ) : (
            <p className={styles.nothing}>{t('plan.noRows')}</p>
          )}
        </div>
      ) : (
        <Spin className={styles.nothing} />
      )}
      {rows.data && rows.data.count > PAGE ? (
        <Pagination
          size="small"
          className={styles.pages}
          current={page}
          pageSize={PAGE}
          total={rows.data.count}
          showSizeChanger={false}
          onChange={setPage}
        />
      ) : null}
    </section>
  );
}

/** Known exactly while all problems are told; of more, the rows that are marked or left out. */
function rowsWithProblems({ problems, counts }: ImportPlan): number {
  if (problems.length >= TOLD_PROBLEMS) return counts.flagged + counts.reject;
  return new Set(problems.map(({ file, sheet, row }) => `${file}/${sheet}/${row}`)).size;
}

function PreviewTable({ plan, fields, rows }: { plan: ImportPlan; fields: string[]; rows: ImportRow[] }) {
  const { t } = useTranslation('imports');
  const { users } = useObjects();
  const context = useFieldContext(users, useMe().user.time_zone);
  const object = useObject(plan.object);
  const several = plan.files.flatMap((file) => file.sheets).filter((sheet) => sheet.used).length > 1;
  const columns = fields.map((key) => object?.fields.find((field) => field.key === key) ?? newField(key));
  return (
    <table className={styles.grid} aria-label={t('plan.preview')}>
      <thead>
        <tr>
          <th scope="col">{t('plan.row')}</th>
          <th scope="col">{t('plan.action')}</th>
          {columns.map((field) => (
            <th key={field.key} scope="col">
              {labelOf(field.label_all)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <PreviewRow
            key={`${row.file}/${row.sheet}/${row.row}`}
            row={row}
            place={several ? `${row.sheet} ${row.row}` : String(row.row)}
            columns={columns}
            context={context}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  row: ImportRow;
  place: string;
  columns: Field[];
  context: FieldContext;
}
function PreviewRow({ row, place, columns, context }: RowProps) {
  const { t } = useTranslation('imports');
  const ofRow = row.problems.filter((problem) => !columns.some((field) => field.key === problem.field));
  return (
    <tr data-action={row.action}>
      <th scope="row">{place}</th>
      <td>
        <Tooltip title={ofRow.map((problem) => problem.message).join(' ')}>
          <span className={styles.action} data-action={row.action}>
            {t(`plan.actions.${row.action}`)}
          </span>
        </Tooltip>
      </td>
      {columns.map((field, index) => {
        const problems = row.problems.filter((problem) => problem.field === field.key);
        const cell = row.cells[index];
        const isNew = isInvalid(cell) && cell.code === 'new_choice';
        const view = isNew ? (
          <span className={styles.newChoice}>{cell.invalid}</span>
        ) : (
          <CellView field={field} cell={cell} context={context} />
        );
        if (problems.length === 0 || isNew) {
          return (
            <td key={field.key} data-right={isRightAligned(field)}>
              {view}
            </td>
          );
        }
        const why = problems.map((problem) => problem.message).join(' ');
        return (
          <td key={field.key} data-problem="true">
            <Tooltip title={why}>
              <span>
                {cell === null ? problems[0]?.value : view}
                <span className="visually-hidden">{why}</span>
              </span>
            </Tooltip>
          </td>
        );
      })}
    </tr>
  );
}

const NEW = 'new:';

/** A column that is to become a field: `new:` and its name is all that is known so far. */
function newField(key: string): Field {
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
