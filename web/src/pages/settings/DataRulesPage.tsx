import { useMutation, useQuery } from '@tanstack/react-query';
import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { changeDataRules, type DataRules, dataRulesQuery } from '@/api/data-rules';
import { errorText } from '@/api/errors';
import { useMe } from '@/api/session';
import { useMessage } from '@/ui/messages';
import { Failed, Forbidden, LinesLoading } from '@/ui/states';
import { Head, Section } from './Section';

export default function DataRulesPage() {
  const { rights } = useMe();
  return rights.manage_people ? <Rules /> : <Forbidden />;
}

/** What the company asks of everybody who sees its data; each choice is kept at once. */
function Rules() {
  const { t } = useTranslation('settings');
  const message = useMessage();
  const rules = useQuery(dataRulesQuery);
  const change = useMutation({
    mutationFn: changeDataRules,
    onSuccess: (now) => {
      queryClient.setQueryData(dataRulesQuery.queryKey, now);
      void message.success(t('data.saved'));
    },
    onError: (error) => void message.error(errorText(error)),
  });
  const box = (name: keyof DataRules, label: string) => (
    <Checkbox
      checked={(change.isPending ? change.variables[name] : undefined) ?? rules.data?.[name] ?? false}
      disabled={change.isPending}
      onChange={(event) => change.mutate({ [name]: event.target.checked })}
    >
      {label}
    </Checkbox>
  );
  return (
    <>
      <Head title={t('data.title')} text={t('data.text')} />
      {rules.error ? (
        <Failed text={errorText(rules.error)} onRetry={() => void rules.refetch()} />
      ) : rules.data ? (
        <Section title={t('data.masked')} text={t('data.maskedText')}>
          {box('reveal_reason', t('data.reason'))}
        </Section>
      ) : (
        <LinesLoading rows={3} />
      )}
    </>
  );
}
