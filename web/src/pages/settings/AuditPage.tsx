import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditAsked, type AuditEntry, exportAudit, readAudit } from '@/api/audit';
import { errorText } from '@/api/errors';
import { useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import { dateTime } from '@/i18n/time';
import { useMessage } from '@/ui/messages';
import { PlainTable } from '@/ui/PlainTable';
import { Failed, Forbidden, LinesLoading, Statement } from '@/ui/states';
import styles from './audit.module.css';
import { deviceName } from './device';
import { Head } from './Section';

/** Whom a filter takes for somebody who is not known here. */
const NOBODY = 0;

export default function AuditPage() {
  const { rights } = useMe();
  return rights.manage_people ? <Audit /> : <Forbidden />;
}

function Audit() {
  const { t } = useTranslation('settings');
  const { users } = useObjects();
  const message = useMessage();
  const [asked, setAsked] = useState<AuditAsked>({});
  const found = useInfiniteQuery({
    queryKey: ['audit', asked],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) => readAudit(asked, pageParam, signal),
    getNextPageParam: (last) => (last.more ? last.rows.at(-1)?.number : undefined),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const save = useMutation({
    mutationFn: () => exportAudit(asked),
    onError: (error) => void message.error(errorText(error)),
  });
  const entries = found.data?.pages.flatMap((one) => one.rows) ?? [];
  const narrowed = Object.values(asked).some((one) => one !== undefined);
  return (
    <>
      <Head
        title={t('audit.title')}
        text={t('audit.text')}
        action={
          <Button loading={save.isPending} disabled={entries.length === 0} onClick={() => save.mutate()}>
            {t('audit.export')}
          </Button>
        }
      />
      <fieldset className={styles.filters} aria-label={t('audit.filters')}>
        <Select
          allowClear
          showSearch
          optionFilterProp="label"
          aria-label={t('audit.who')}
          placeholder={t('audit.everybody')}
          value={asked.person}
          options={[
            ...users.map((user) => ({ value: user.id, label: user.name })),
            { value: NOBODY, label: t('audit.nobody') },
          ]}
          onChange={(person) => setAsked({ ...asked, person })}
        />
        <Select
          mode="multiple"
          allowClear
          showSearch
          optionFilterProp="label"
          maxTagCount="responsive"
          aria-label={t('audit.what')}
          placeholder={t('audit.everything')}
          value={asked.acts}
          options={(found.data?.pages[0]?.acts ?? []).map((act) => ({ value: act.key, label: act.label }))}
          onChange={(acts) => setAsked({ ...asked, acts: acts.length > 0 ? acts : undefined })}
        />
        {(['since', 'until'] as const).map((end) => (
          <Input
            key={end}
            type="date"
            prefix={t(`audit.${end}`)}
            aria-label={t(`audit.${end}`)}
            value={asked[end] ?? ''}
            onChange={(event) => setAsked({ ...asked, [end]: event.target.value || undefined })}
          />
        ))}
        {narrowed ? (
          <Button type="link" onClick={() => setAsked({})}>
            {t('audit.clear')}
          </Button>
        ) : null}
      </fieldset>
      {found.error ? (
        <Failed text={errorText(found.error)} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <LinesLoading />
      ) : entries.length === 0 ? (
        <Statement title={t('audit.empty')} text={narrowed ? t('audit.emptyFound') : t('audit.emptyText')} />
      ) : (
        <div className={styles.log} aria-busy={found.isPlaceholderData}>
          <PlainTable label={t('audit.title')} head={[t('audit.at'), t('audit.who'), t('audit.what'), t('audit.from')]}>
            {entries.map((entry) => (
              <EntryLine key={entry.number} entry={entry} />
            ))}
          </PlainTable>
          {found.hasNextPage ? (
            <Button block loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t('audit.more')}
            </Button>
          ) : null}
        </div>
      )}
    </>
  );
}

function EntryLine({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation('settings');
  return (
    <tr>
      <td className={styles.quiet}>{dateTime(entry.at)}</td>
      <td className={styles.who}>{entry.name || t('audit.program')}</td>
      <td className={styles.what}>
        <b>{entry.label}</b>
        <span>{entry.text}</span>
      </td>
      <td className={styles.quiet} title={entry.device}>
        {[entry.address, deviceName(entry.device)].filter(Boolean).join(' · ')}
      </td>
    </tr>
  );
}
