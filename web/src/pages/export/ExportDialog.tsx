import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Modal, Radio, Select } from 'antd';
import { type ReactNode, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import {
  downloadFile,
  type ExportChoice,
  type ExportFormat,
  type ExportResult,
  type ExportSpec,
  readExports,
  startExport,
} from '@/api/exports';
import { labelOf } from '@/api/objects';
import type { ObjectInfo } from '@/api/types';
import { dateTime } from '@/i18n/time';
import styles from './export.module.css';
import { useFollowExport } from './follow';

interface Props {
  object: ObjectInfo;
  spec: ExportSpec;
  onClose: () => void;
}

const PLACE = 'kebu.export';
const LISTED = 4;

/** As what the table is exported, and what was exported lately. */
export default function ExportDialog({ object, spec, onClose }: Props) {
  const { t } = useTranslation('exports');
  const id = useId();
  const follow = useFollowExport();
  const formats: ExportFormat[] = object.cards ? ['xlsx', 'csv', 'pdf', 'vcf'] : ['xlsx', 'csv', 'pdf'];
  const [choice, setChoice] = useState<ExportChoice>(() => chosenLast(formats));
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const name = labelOf(object.plural);
  const { format } = choice;
  const number = object.fields.find(({ kind, lookup }) => kind === 'auto_number' && !lookup);
  const hasNumber = number && (spec.fields?.includes(number.key) ?? false);
  const change = (part: Partial<ExportChoice>) => setChoice({ ...choice, ...part });

  const begin = async () => {
    if (busy) return;
    setBusy(true);
    setProblem('');
    try {
      const { password, ...kept } = choice;
      const job = await startExport(spec, format === 'xlsx' && password ? choice : kept);
      localStorage.setItem(PLACE, JSON.stringify(kept));
      follow(job, name);
      onClose();
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  };

  return (
    <Modal
      open
      width={560}
      title={t('title', { name })}
      okText={t('ok')}
      confirmLoading={busy}
      onOk={() => void begin()}
      onCancel={onClose}
      afterOpenChange={(isOpen) => {
        // The dialog takes the focus itself when it opens.
        if (isOpen) form.current?.querySelector<HTMLInputElement>('input:checked')?.focus();
      }}
    >
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          void begin();
        }}
      >
        <p className={styles.about}>{t('asShown')}</p>
        <Radio.Group
          className={styles.formats}
          aria-label={t('format')}
          name={`${id}-format`}
          value={format}
          onChange={({ target }) => change({ format: target.value })}
        >
          {formats.map((one) => (
            <Radio key={one} value={one} className={styles.format}>
              <span className={styles.name}>{t(`formats.${one}`)}</span>
              <span className={styles.aside}>{t(`about.${one}`)}</span>
            </Radio>
          ))}
        </Radio.Group>
        <div className={styles.options}>
          {format === 'xlsx' ? (
            <>
              <Checkbox checked={choice.notes ?? true} onChange={({ target }) => change({ notes: target.checked })}>
                {t('notes')}
              </Checkbox>
              <Line label={t('password')} id={`${id}-password`} hint={t('passwordHint')}>
                <Input.Password
                  id={`${id}-password`}
                  autoComplete="new-password"
                  maxLength={255}
                  value={choice.password ?? ''}
                  aria-describedby={`${id}-password-hint`}
                  onChange={({ target }) => change({ password: target.value })}
                />
              </Line>
            </>
          ) : null}
          {format === 'csv' ? (
            <>
              <Line label={t('encoding')} id={`${id}-encoding`}>
                <Select
                  id={`${id}-encoding`}
                  value={choice.encoding ?? 'utf-8'}
                  options={(['utf-8', 'gbk'] as const).map((value) => ({ value, label: t(`encodings.${value}`) }))}
                  onChange={(encoding) => change({ encoding })}
                />
              </Line>
              <Line label={t('delimiter')} id={`${id}-delimiter`}>
                <Select
                  id={`${id}-delimiter`}
                  value={choice.delimiter ?? ','}
                  options={[
                    { value: ',' as const, label: t('delimiters.comma') },
                    { value: ';' as const, label: t('delimiters.semicolon') },
                    { value: '\t' as const, label: t('delimiters.tab') },
                  ]}
                  onChange={(delimiter) => change({ delimiter })}
                />
              </Line>
              {number && !hasNumber ? (
                <Checkbox
                  checked={choice.numbered ?? false}
                  onChange={({ target }) => change({ numbered: target.checked })}
                >
                  {t('numbered', { name: labelOf(number.label) })}
                </Checkbox>
              ) : null}
              {number && !spec.as_of ? (
                <p className={styles.aside}>{t('numberHint', { name: labelOf(number.label) })}</p>
              ) : null}
            </>
          ) : null}
          {format === 'pdf' ? (
            <>
              <div className={styles.line}>
                <span id={`${id}-paper`}>{t('paper')}</span>
                <Radio.Group
                  aria-labelledby={`${id}-paper`}
                  name={`${id}-paper`}
                  value={choice.landscape ?? true}
                  onChange={({ target }) => change({ landscape: target.value })}
                  options={[
                    { value: true, label: t('landscape') },
                    { value: false, label: t('portrait') },
                  ]}
                />
              </div>
              <p className={styles.aside}>{t('pdfHint')}</p>
            </>
          ) : null}
          {format === 'vcf' ? <p className={styles.aside}>{t('vcfHint')}</p> : null}
          {spec.as_of && (format === 'xlsx' || format === 'csv') ? (
            <p className={styles.aside}>{t('pastHint')}</p>
          ) : null}
        </div>
        {problem ? (
          <p role="alert" className={styles.problem}>
            {problem}
          </p>
        ) : null}
        {/* Enter in a field begins, as the button does. */}
        <button type="submit" hidden />
      </form>
      <Lately />
    </Modal>
  );
}

function Line({ label, id, hint, children }: { label: string; id: string; hint?: string; children: ReactNode }) {
  return (
    <div className={styles.line}>
      <label htmlFor={id}>{label}</label>
      <div>
        {children}
        {hint ? (
          <p id={`${id}-hint`} className={styles.aside}>
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}

/** Files that are still kept: whoever left meanwhile finds them here. */
function Lately() {
  const { t } = useTranslation('exports');
  const { data } = useQuery({
    queryKey: ['exports'],
    queryFn: ({ signal }) => readExports(signal),
    staleTime: 0,
    retry: false,
  });
  const kept = (data ?? []).filter(({ state, size }) => state === 'done' && size !== null).slice(0, LISTED);
  if (kept.length === 0) return null;
  return (
    <section className={styles.lately} aria-label={t('recent')}>
      <h3>{t('recent')}</h3>
      <ul>
        {kept.map((one) => {
          const result = one.result as ExportResult;
          return (
            <li key={one.id}>
              <Button
                type="link"
                size="small"
                aria-label={t('again', { name: result.name })}
                onClick={() => downloadFile(result)}
              >
                {result.name}
              </Button>
              <span className={styles.aside}>
                {t('row', { count: result.rows })} · {dateTime(one.at)}
              </span>
            </li>
          );
        })}
      </ul>
      <p className={styles.aside}>{t('kept')}</p>
    </section>
  );
}

/** What was chosen the last time; never a password. */
function chosenLast(formats: readonly ExportFormat[]): ExportChoice {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? '{}') as ExportChoice;
    if (formats.includes(kept.format)) return kept;
  } catch {
    // Somebody else's; the first format is as good.
  }
  return { format: 'xlsx' };
}
