import '@/i18n/second';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { changeRules, rulesQuery } from '@/api/second';
import { useMe } from '@/api/session';
import { useMessage } from '@/ui/messages';
import { Failed, LinesLoading } from '@/ui/states';
import { Section } from './Section';

/** Which roles have to sign in with a second factor; kept at once. */
export function SignInRules() {
  const { user } = useMe();
  const { t } = useTranslation('second');
  const message = useMessage();
  const rules = useQuery(rulesQuery);
  const change = useMutation({
    mutationFn: changeRules,
    onSuccess: (now) => {
      queryClient.setQueryData(rulesQuery.queryKey, now);
      void message.success(t('saved'));
    },
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Section title={t('rules')} text={t('rulesText')}>
      {rules.error ? (
        <Failed text={errorText(rules.error)} onRetry={() => void rules.refetch()} />
      ) : rules.data ? (
        <fieldset style={{ margin: 0, padding: 0, border: 0 }} aria-label={t('rulesLabel')}>
          <Checkbox.Group
            options={rules.data.offered.map(({ key, names }) => ({
              value: key,
              label: labelOf(names),
              disabled: key === 'owner' && user.role !== 'owner',
            }))}
            value={change.isPending ? change.variables : rules.data.roles}
            disabled={change.isPending}
            onChange={(chosen) => change.mutate(chosen)}
          />
        </fieldset>
      ) : (
        <LinesLoading rows={1} />
      )}
    </Section>
  );
}
