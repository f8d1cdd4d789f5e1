import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Input, InputNumber, Modal, Select, Spin } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import {
  changeSource,
  type DateOrder,
  type FileSource,
  type ImportSource,
  readSource,
  type SheetShape,
  type SheetSource,
  type SourceChange,
} from '@/api/import-source';
import type { ImportPlan } from '@/api/import-types';
import { Failed, LinesLoading } from '@/ui/states';
import styles from './source.module.css';

const AUTO = '';
const DELIMITERS = [',', '\t', ';', '|'];
const ORDERS: DateOrder[] = ['ymd', 'dmy', 'mdy'];
const SHAPES: SheetShape[] = ['rows', 'columns', 'forms'];

interface Props {
  plan: ImportPlan;
  file: number;
  sheet: number;
  name: string;
  onClose: () => void;
}

/** How one sheet is read, beside its first rows: each change shows at once what it makes of them. */
export default function Source({ plan, file, sheet, name, onClose }: Props) {
  const { t } = useTranslation('imports');
  const key = ['import-source', plan.id, file, sheet];
  const source = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readSource(plan.id, file, sheet, signal),
    placeholderData: keepPreviousData,
  });
  const change = useMutation({
    scope: { id: `import-${plan.id}` },
    mutationFn: (what: SourceChange) => changeSource(plan.id, what),
    onSuccess: async (next) => {
      queryClient.setQueryData(['import', plan.id], next);
      void queryClient.invalidateQueries({ queryKey: ['import-rows', plan.id] });
      await queryClient.invalidateQueries({ queryKey: ['import-source', plan.id] });
    },
  });
  const props = {
    name,
    onFile: (said: FileSource) => change.mutate({ files: [{ file, ...said }] }),
    onSheet: (said: SheetSource) => change.mutate({ sheets: [{ file, sheet, ...said }] }),
  };
  return (
    <Modal
      open
      width={960}
      title={t('source.title', { name })}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('source.done')}
        </Button>
      }
    >
      {change.error ? <Alert type="error" showIcon role="alert" title={errorText(change.error)} /> : null}
      {source.data ? (
        <>
          <Controls key={`${source.data.range}`} source={source.data} {...props} />
          <p className={styles.hint} role="status">
            {change.isPending ? <Spin size="small" /> : null} {t('source.hint')}
          </p>
          <FirstRows source={source.data} {...props} />
        </>
      ) : source.error ? (
        <Failed text={errorText(source.error)} onRetry={() => void source.refetch()} />
      ) : (
        <LinesLoading />
      )}
    </Modal>
  );
}

interface PartProps {
  source: ImportSource;
  name: string;
  onFile: (said: FileSource) => void;
  onSheet: (said: SheetSource) => void;
}

function Controls({ source, onFile, onSheet }: PartProps) {
  const { t } = useTranslation('imports');
  const { header_row, header_rows } = source;
  return (
    <div className={styles.controls}>
      <Part label={t('source.shape')}>
        <Select
          aria-label={t('source.shape')}
          value={source.shape}
          options={SHAPES.map((value) => ({ value, label: t(`source.shapes.${value}`) }))}
          onChange={(shape) => onSheet({ shape })}
        />
      </Part>
      <Part label={t('source.header')}>
        <Select
          aria-label={t('source.header')}
          value={header_row === null ? 'none' : source.header_said ? 'rows' : 'auto'}
          options={(['auto', 'rows', 'none'] as const).map((value) => ({ value, label: t(`source.headers.${value}`) }))}
          onChange={(value) =>
            onSheet(value === 'rows' ? { header_row: header_row ?? 1 } : { header_row: value === 'auto' ? 0 : null })
          }
        />
      </Part>
      {header_row === null ? null : (
        <Part label={t('source.headerRows')}>
          <Height key={`${header_row}/${header_rows}`} source={source} onSheet={onSheet} />
        </Part>
      )}
      <Part label={t('source.range')}>
        <Input
          aria-label={t('source.range')}
          placeholder="B3:H200"
          allowClear
          defaultValue={source.range ?? ''}
          onBlur={(event) => {
            if (event.target.value.trim() !== (source.range ?? '')) onSheet({ range: event.target.value });
          }}
          onPressEnter={(event) => event.currentTarget.blur()}
          onClear={() => onSheet({ range: null })}
        />
      </Part>
      <Part label={t('source.dates')}>
        <Select<DateOrder | ''>
          aria-label={t('source.dates')}
          value={source.date_order ?? AUTO}
          options={[
            { value: AUTO, label: t('source.auto') },
            ...ORDERS.map((value) => ({ value, label: t(`source.orders.${value}`) })),
          ]}
          onChange={(value) => onSheet({ date_order: value || null })}
        />
      </Part>
      {source.encodings.length > 0 ? (
        <Part label={t('source.encoding')}>
          <Select
            aria-label={t('source.encoding')}
            value={source.said.encoding ?? AUTO}
            options={[
              { value: AUTO, label: t('source.found', { what: source.said.encoding ? '' : encodingName(source) }) },
              ...source.encodings.map((value) => ({ value, label: ENCODINGS[value] ?? value })),
            ]}
            onChange={(value) => onFile({ encoding: value || null })}
          />
        </Part>
      ) : null}
      {source.is_separated ? (
        <Part label={t('source.delimiter')}>
          <Delimiter source={source} onFile={onFile} />
        </Part>
      ) : null}
    </div>
  );
}

function Part({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.part}>
      <span aria-hidden="true">{label}</span>
      {children}
    </div>
  );
}

/** From which row to which the header goes. */
function Height({ source, onSheet }: Pick<PartProps, 'source' | 'onSheet'>) {
  const { t } = useTranslation('imports');
  const last = source.header_row ?? 1;
  const first = last - source.header_rows + 1;
  const say = (from: number, to: number) => {
    const start = Math.min(from, to);
    if (start !== first || to !== last) onSheet({ header_row: to, header_rows: Math.min(to - start + 1, 10) });
  };
  const props = { min: 1, max: 1_000_000, precision: 0, changeOnBlur: true, size: 'middle' as const };
  return (
    <span className={styles.height}>
      <InputNumber
        {...props}
        aria-label={t('source.headerFrom')}
        defaultValue={first}
        onBlur={(event) => say(Number(event.target.value) || first, last)}
        onStep={(row) => say(Number(row), last)}
        onPressEnter={(event) => event.currentTarget.blur()}
      />
      –
      <InputNumber
        {...props}
        aria-label={t('source.headerTo')}
        defaultValue={last}
        onBlur={(event) => say(first, Number(event.target.value) || last)}
        onStep={(row) => say(first, Number(row))}
        onPressEnter={(event) => event.currentTarget.blur()}
      />
    </span>
  );
}

function Delimiter({ source, onFile }: Pick<PartProps, 'source' | 'onFile'>) {
  const { t } = useTranslation('imports');
  const said = source.said.delimiter;
  const known = [...new Set([...DELIMITERS, ...(said ? [said] : [])])];
  const names: Record<string, string> = {
    ',': t('source.delimiters.comma'),
    '\t': t('source.delimiters.tab'),
    ';': t('source.delimiters.semicolon'),
    '|': t('source.delimiters.bar'),
  };
  const found = said ? '' : (names[source.delimiter ?? ''] ?? source.delimiter ?? '');
  return (
    <Select
      aria-label={t('source.delimiter')}
      value={said ?? AUTO}
      showSearch
      options={[
        { value: AUTO, label: t('source.found', { what: found }) },
        ...known.map((value) => ({ value, label: names[value] ?? value })),
      ]}
      popupRender={(menu) => (
        <>
          {menu}
          <Input
            className={styles.other}
            maxLength={1}
            aria-label={t('source.delimiters.other')}
            placeholder={t('source.delimiters.other')}
            onKeyDown={(event) => event.stopPropagation()}
            onPressEnter={(event) => event.currentTarget.value && onFile({ delimiter: event.currentTarget.value })}
          />
        </>
      )}
      onChange={(value) => onFile({ delimiter: value || null })}
    />
  );
}

/** What people call the encodings. */
const ENCODINGS: Record<string, string> = {
  'utf-8': 'UTF-8',
  gb18030: 'GBK / GB18030',
  'utf-16-le': 'UTF-16 LE',
  'utf-16-be': 'UTF-16 BE',
  big5hkscs: 'Big5',
  shift_jis: 'Shift JIS',
  euc_kr: 'EUC-KR',
  cp1252: 'Windows-1252',
};
const encodingName = (source: ImportSource) => ENCODINGS[source.encoding ?? ''] ?? source.encoding ?? '';

/** The sheet as its file has it; the number of a row makes it the header. */
function FirstRows({ source, name, onSheet }: PartProps) {
  const { t } = useTranslation('imports');
  const last = source.header_row ?? 0;
  const first = last - source.header_rows + 1;
  const part = (row: number) => (row > last ? undefined : row >= first ? 'header' : 'above');
  return (
    <section className={styles.rows} aria-label={t('source.rows', { name })}>
      <table>
        <thead>
          <tr>
            <td />
            {source.columns.map((letters) => (
              <th key={letters} scope="col">
                {letters}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {source.rows.map((cells, place) => {
            const row = source.first_row + place;
            return (
              <tr key={row} data-part={part(row)}>
                <th scope="row">
                  <button
                    type="button"
                    aria-pressed={part(row) === 'header'}
                    title={t('source.makeHeader', { row })}
                    aria-label={t('source.makeHeader', { row })}
                    onClick={() => onSheet({ header_row: row, header_rows: 1 })}
                  >
                    {row}
                  </button>
                </th>
                {source.columns.map((letters, column) => (
                  <td key={letters}>{cells[column]}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
