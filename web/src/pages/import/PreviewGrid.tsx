import { type KeyboardEvent, type UIEvent, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import type { ImportPlan, ImportRow, RowsOnly } from '@/api/import-types';
import { labelOf, useObject, useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import type { Field, FieldKind } from '@/api/types';
import { useFieldContext } from '@/fields/context';
import { Failed } from '@/ui/states';
import { CellFix, RowFix } from './Fixing';
import styles from './import.module.css';
import { newField } from './newField';
import { Panel } from './Panel';
import { PreviewRow } from './PreviewRow';
import { usePages } from './usePages';
import type { PlanChanges } from './usePlanChange';

const ROW = 32;
const BEYOND = 8; // rows drawn above and below what is seen
// A browser draws no higher box; of more rows each pixel of the scroll bar stands for several.
const HIGHEST = 12_000_000;
const WIDTHS: Partial<Record<FieldKind, number>> = {
  number: 110,
  money: 130,
  percent: 90,
  date: 120,
  checkbox: 90,
  choice: 130,
  long_text: 240,
};
/** Before the fields: the row's number, and what becomes of it. */
const LEADS = 2;

interface Props {
  plan: ImportPlan;
  only: RowsOnly;
  count: number;
  changes: PlanChanges;
}

/** As many rows as the files have, of which only those in sight are fetched and drawn. */
export function PreviewGrid({ plan, only, count, changes }: Props) {
  const { t } = useTranslation('imports');
  const { users } = useObjects();
  const context = useFieldContext(users, useMe().user.time_zone);
  const object = useObject(plan.object);
  const scroller = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLTableElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [chosen, setChosen] = useState({ row: 0, column: LEADS });
  const [open, setOpen] = useState(false);

  const whole = count * ROW;
  const scale = Math.max(whole / HIGHEST, 1);
  const row = Math.min(chosen.row, count - 1);
  const first = Math.max(Math.floor((view.top * scale) / ROW) - BEYOND, 0);
  const last = Math.min(first + Math.ceil(view.height / ROW) + 2 * BEYOND, count - 1);
  const above = scale === 1 ? first * ROW : Math.max(view.top - BEYOND * ROW, 0);
  const pages = usePages(plan.id, plan.object, only, first, last);
  const columns = plan.fields.map((key) => object?.fields.find((field) => field.key === key) ?? newField(key));
  const several = plan.files.flatMap((file) => file.sheets).filter((sheet) => sheet.used).length > 1;
  const nameOf = (key: string) => labelOf(object?.fields.find((field) => field.key === key)?.label_all) || key;
  const widths = [
    several ? 130 : 64,
    plan.matched.length > 0 ? 190 : 84,
    ...columns.map((field) => WIDTHS[field.kind] ?? 180),
  ];

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const watch = new ResizeObserver(() => setView((before) => ({ ...before, height: box.clientHeight })));
    watch.observe(box);
    return () => watch.disconnect();
  }, []);

  const onScroll = (event: UIEvent<HTMLDivElement>) => {
    const { scrollTop } = event.currentTarget;
    setView((before) => ({ ...before, top: scrollTop }));
  };
  const choose = (nextRow: number, nextColumn: number) => {
    const to = { row: clamp(nextRow, count), column: clamp(nextColumn, columns.length + LEADS) };
    setChosen(to);
    setOpen(false);
    const box = scroller.current;
    if (!box) return;
    const seen = Math.max(Math.floor((box.clientHeight - ROW) / ROW), 1);
    const at = Math.floor((box.scrollTop * scale) / ROW);
    if (to.row < at) box.scrollTop = (to.row * ROW) / scale;
    else if (to.row >= at + seen) box.scrollTop = ((to.row - seen + 1) * ROW) / scale;
    const left = widths.slice(0, to.column).reduce((sum, width) => sum + width, 0);
    const fixed = widths[0] ?? 0;
    if (left - fixed < box.scrollLeft) box.scrollLeft = left - fixed;
    else if (left + (widths[to.column] ?? 0) > box.scrollLeft + box.clientWidth)
      box.scrollLeft = left + (widths[to.column] ?? 0) - box.clientWidth;
  };
  const close = () => {
    setOpen(false);
    table.current?.focus({ preventScroll: true });
  };
  const field = columns[chosen.column - LEADS];
  const clear = (one: ImportRow, of: Field) =>
    changes.fix({
      kind: 'cell',
      file: one.file,
      sheet: one.index,
      row: one.row,
      field: of.key,
      to: null,
      alike: false,
    });
  const leave = (one: ImportRow) =>
    changes.fix({
      kind: 'row',
      file: one.file,
      sheet: one.index,
      row: one.row,
      action: one.mode === 'exclude' ? null : 'exclude',
    });

  const onKeyDown = (event: KeyboardEvent) => {
    if (open || event.target !== table.current) return;
    const far = event.ctrlKey || event.metaKey;
    const jump = Math.max(Math.floor(view.height / ROW) - 2, 1);
    const { column } = chosen;
    const now = pages.row(row);
    switch (event.key) {
      case 'ArrowDown':
        choose(far ? count - 1 : row + 1, column);
        break;
      case 'ArrowUp':
        choose(far ? 0 : row - 1, column);
        break;
      case 'ArrowRight':
        choose(row, far ? columns.length + 1 : column + 1);
        break;
      case 'ArrowLeft':
        choose(row, far ? 1 : column - 1);
        break;
      case 'PageDown':
        choose(row + jump, column);
        break;
      case 'PageUp':
        choose(row - jump, column);
        break;
      case 'Home':
        choose(far ? 0 : row, 1);
        break;
      case 'End':
        choose(far ? count - 1 : row, columns.length + 1);
        break;
      case 'Enter':
      case 'F2':
        if (now) setOpen(true);
        break;
      case 'Delete':
      case 'Backspace':
        if (now && field) clear(now, field);
        break;
      case ' ':
        if (now) leave(now);
        break;
      case 'z':
        if (!far) return;
        changes.takeBack();
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  if (pages.error) return <Failed text={errorText(pages.error)} onRetry={() => void pages.retry()} />;
  const shown = Array.from({ length: last - first + 1 }, (_, place) => first + place);
  return (
    <div
      ref={scroller}
      className={styles.rows}
      style={{ height: `min(62vh, ${Math.min(whole, HIGHEST) + ROW + 18}px)` }}
      onScroll={onScroll}
      aria-busy={!pages.isReady}
    >
      <table
        ref={table}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells are walked through by keys, as in a grid
        role="grid"
        className={styles.grid}
        style={{ width: widths.reduce((sum, width) => sum + width, 0) }}
        aria-label={t('plan.preview')}
        aria-rowcount={count + 1}
        tabIndex={0}
        aria-activedescendant={`preview-${row}-${chosen.column}`}
        onKeyDown={onKeyDown}
      >
        <colgroup>
          {widths.map((width, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
            <col key={place} style={{ width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">{t('plan.row')}</th>
            <th scope="col">{t('plan.action')}</th>
            {columns.map((one) => (
              <th key={one.key} scope="col">
                {labelOf(one.label_all)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={above} />
          {shown.map((place) => (
            <PreviewRow
              key={place}
              place={place}
              row={pages.row(place)}
              several={several}
              columns={columns}
              context={context}
              typed={changes.typed}
              chosen={place === row ? chosen.column : null}
              nameOf={nameOf}
              onChoose={(column) => {
                const again = place === row && column === chosen.column;
                choose(place, column);
                const now = pages.row(place);
                const of = columns[column - LEADS];
                // What is wrong opens at once, anything else when it is pressed again.
                setOpen(
                  now !== undefined && (again || !of || now.problems.some((problem) => problem.field === of.key)),
                );
                table.current?.focus({ preventScroll: true });
              }}
            >
              {open && place === row && pages.row(place) ? (
                <Panel>
                  {field ? (
                    <CellFix
                      field={field}
                      row={pages.row(place) as ImportRow}
                      cell={pages.row(place)?.cells[chosen.column - LEADS] ?? null}
                      groups={plan.groups}
                      onFix={(...fixes) => {
                        changes.fix(...fixes);
                        close();
                      }}
                      onLeave={() => {
                        leave(pages.row(place) as ImportRow);
                        close();
                      }}
                      onClose={close}
                    />
                  ) : (
                    <RowFix
                      row={pages.row(place) as ImportRow}
                      onFix={(fix) => {
                        changes.fix(fix);
                        close();
                      }}
                      onClose={close}
                    />
                  )}
                </Panel>
              ) : null}
            </PreviewRow>
          ))}
          <Gap height={Math.max(Math.min(whole, HIGHEST) - above - shown.length * ROW, 0)} />
        </tbody>
      </table>
    </div>
  );
}

function Gap({ height }: { height: number }) {
  return height > 0 ? (
    <tr>
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  ) : null;
}

const clamp = (place: number, count: number) => Math.min(Math.max(place, 0), count - 1);
