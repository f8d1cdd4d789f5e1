import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { useMe } from '@/api/session';
import { createView, viewsQuery } from '@/api/views';
import { useMessage } from '@/ui/messages';
import styles from './table.module.css';
import type { TableState } from './table-state';

interface Props {
  object: string;
  state: TableState;
  onDone: () => void;
}

/** Keeps what the table shows now as a new view. */
export default function NewViewForm({ object, state, onDone }: Props) {
  const { t } = useTranslation(['table', 'common']);
  const { rights } = useMe();
  const message = useMessage();
  const create = useMutation({
    mutationFn: ({ name, shared = false }: { name: string; shared?: boolean }) =>
      createView({ object, name: name.trim(), shared, spec: { ...state.spec, count: false } }),
    onSuccess: async (view) => {
      await queryClient.invalidateQueries(viewsQuery(object));
      onDone();
      state.go({ view: view.id, filter: undefined, sort: undefined });
    },
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Form layout="vertical" requiredMark={false} className={styles.newView} onFinish={create.mutate}>
      <Form.Item
        name="name"
        label={t('views.name')}
        extra={t('views.addText')}
        rules={[{ required: true, whitespace: true, message: t('common:required', { what: t('views.name') }) }]}
      >
        <Input autoFocus maxLength={60} />
      </Form.Item>
      {rights.manage_fields ? (
        <Form.Item name="shared" valuePropName="checked">
          <Checkbox>{t('views.shared')}</Checkbox>
        </Form.Item>
      ) : null}
      <Button type="primary" size="small" htmlType="submit" loading={create.isPending}>
        {t('views.create')}
      </Button>
    </Form>
  );
}
