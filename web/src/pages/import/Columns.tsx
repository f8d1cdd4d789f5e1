import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ImportColumn, ImportSheet } from '@/api/import-types';
import { labelOf, useObject, useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import type { Cell, Field, FieldKind, ObjectInfo } from '@/api/types';
import styles from './import.module.css';
import type { PlanPartProps } from './PlanView';

const NEW_KINDS: FieldKind[] = [
  'text',
  'long_text',
  'number',
  'money',
  'percent',
  'date',
  'datetime',
  'choice',
  'choices',
  'checkbox',
  'phone',
  'email',
  'link',
];
/** Several columns may go into one text, one after the other, or name the same record. */
const JOINED = new Set<FieldKind>(['text', 'long_text', 'address', 'relation']);
const SKIP = '-';
const NEW = 'new:';

/** Which column of a sheet becomes which field. */
export function Columns({ plan, onChange }: PlanPartProps) {
  const { t } = useTranslation('imports');
  const used = plan.files.flatMap((file, index) =>
    file.sheets.filter((sheet) => sheet.used).map((sheet) => ({ file: index, sheet })),
  );
  const kept = used.flatMap(({ sheet }) => sheet.columns).filter((column) => column.field || column.new).length;
  return (
    <section aria-label={t('plan.columns')}>
      <h2 className={styles.heading}>
        {t('plan.columns')}
        <span className={styles.muted}>{t('plan.columnsText', { count: kept })}</span>
      </h2>
      {used.map(({ file, sheet }) => (
        <SheetColumns
          key={`${file}/${sheet.index}`}
          object={plan.object}
          sheet={sheet}
          title={used.length > 1 ? sheet.sheet : null}
          onForget={() => {
            const { index, used, header_row } = sheet;
            onChange({ sheets: [{ file, sheet: index, used, header_row, forget: true }] });
          }}
          onColumn={(index, field, made) =>
            onChange({ columns: [{ file, sheet: sheet.index, index, field, new: made }] })
          }
        />
      ))}
    </section>
  );
}

interface SheetProps {
  object: string;
  sheet: ImportSheet;
  title: string | null;
  onForget: () => void;
  onColumn: (index: number, field: string | null, made: { kind: FieldKind; label: string } | null) => void;
}

function SheetColumns({ object, sheet, title, onForget, onColumn }: SheetProps) {
  const { t } = useTranslation(['imports', 'fields']);
  const { rights } = useMe();
  const info = useObject(object);
  const { objects } = useObjects();
  const groups = info ? fieldGroups(info, objects) : [];
  const taken = new Map(sheet.columns.filter((column) => column.field).map((column) => [column.field, column.index]));

  return (
    <>
      {sheet.remembered ? (
        <p className={styles.remembered}>
          {t('plan.remembered')}
          <Button size="small" type="link" onClick={onForget}>
            {t('plan.forget')}
          </Button>
        </p>
      ) : null}
      <table className={styles.columns} aria-label={title ?? t('plan.columns')}>
        {title ? <caption>{title}</caption> : null}
        <thead className={title ? 'visually-hidden' : undefined}>
          <tr>
            <th scope="col">{t('plan.column')}</th>
            <th scope="col">{t('plan.field')}</th>
          </tr>
        </thead>
        <tbody>
          {sheet.columns.map((column) => {
            const header = column.header || t('plan.noHeader', { number: column.index + 1 });
            const kinds = [column.suggested_kind, ...NEW_KINDS.filter((kind) => kind !== column.suggested_kind)];
            return (
              <tr key={column.index}>
                <td>
                  <span className={styles.header}>{header}</span>
                  <span className={styles.samples}>{samples(column)}</span>
                </td>
                <td>
                  <Select
                    showSearch={{ optionFilterProp: 'label' }}
                    value={column.field ?? (column.new ? NEW + column.new.kind : SKIP)}
                    aria-label={t('plan.fieldOf', { name: header })}
                    className={styles.target}
                    data-skip={!column.field && !column.new}
                    popupMatchSelectWidth={240}
                    options={[
                      { value: SKIP, label: t('plan.skip') },
                      ...groups.map((group) => ({
                        label: group.label,
                        options: group.fields.map((field) => ({
                          value: field.key,
                          label: labelOf(field.label_all),
                          disabled:
                            !JOINED.has(field.kind) && ![undefined, column.index].includes(taken.get(field.key)),
                        })),
                      })),
                      ...(rights.manage_fields
                        ? [
                            {
                              label: t('plan.newFields'),
                              options: kinds.map((kind) => ({
                                value: NEW + kind,
                                label: t('plan.newField', { kind: t(`fields:kind.${kind}`) }),
                              })),
                            },
                          ]
                        : []),
                    ]}
                    onChange={(value: string) => {
                      if (value === SKIP) onColumn(column.index, null, null);
                      else if (value.startsWith(NEW))
                        onColumn(column.index, null, { kind: value.slice(NEW.length) as FieldKind, label: header });
                      else onColumn(column.index, value, null);
                    }}
                  />
                  {column.also ? (
                    <span className={styles.also}>
                      {t(column.part === 'person' ? 'plan.phoneInto' : 'plan.alsoInto', {
                        field: labelOf(info?.fields.find(({ key }) => key === column.also)?.label_all),
                      })}
                    </span>
                  ) : null}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

const samples = (column: ImportColumn) => column.samples.map(sampleText).filter(Boolean).join(' · ');

function sampleText(cell: Cell): string {
  return cell === null || typeof cell === 'object' ? '' : String(cell);
}

/** The object's own fields, then those behind each relation under the name of the other object. */
function fieldGroups(object: ObjectInfo, objects: ObjectInfo[]): { label: string; fields: Field[] }[] {
  const groups = new Map<string, { label: string; fields: Field[] }>();
  const through = new Set(object.fields.map((field) => field.lookup?.relation));
  for (const field of object.fields) {
    if (field.hidden || through.has(field.key) || (field.readonly && field.kind !== 'auto_number')) continue;
    const of = field.lookup?.target_object ?? object.key;
    const group = groups.get(of) ?? { label: labelOf(objects.find((one) => one.key === of)?.label), fields: [] };
    groups.set(of, group);
    group.fields.push(field);
  }
  return [...groups.values()];
}
