import '@/i18n/kinds';
import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { useMe } from '@/api/session';
import type { ObjectInfo, ViewKind } from '@/api/types';
import { createView, viewsQuery } from '@/api/views';
import { useMessage } from '@/ui/messages';
import { NO_DRAFT } from './address';
import { KINDS, KindMark, partFor, withoutParts } from './kinds';
import styles from './table.module.css';
import type { TableState } from './table-state';

interface Props {
  object: ObjectInfo;
  state: TableState;
  onDone: () => void;
}
interface Wish {
  name: string;
  kind: ViewKind;
  shared?: boolean;
}

/** Keeps what the table shows now as a new view, of a kind of one's choice. */
export default function NewViewForm({ object, state, onDone }: Props) {
  const { t } = useTranslation(['table', 'kinds', 'common']);
  const { rights } = useMe();
  const message = useMessage();
  const create = useMutation({
    mutationFn: ({ name, kind, shared = false }: Wish) => {
      const spec = { ...withoutParts(state.spec), ...partFor(kind, object, state.spec.fields), count: false };
      return createView({ object: object.key, name: name.trim(), kind, shared, spec });
    },
    onSuccess: async (view) => {
      await queryClient.invalidateQueries(viewsQuery(object.key));
      onDone();
      state.go({ view: view.id, ...NO_DRAFT });
    },
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Form<Wish>
      layout="vertical"
      requiredMark={false}
      className={styles.newView}
      initialValues={{ kind: 'grid' }}
      onFinish={create.mutate}
    >
      <Form.Item name="kind" label={t('kinds:label')}>
        <Radio.Group className={styles.kinds}>
          {KINDS.filter((kind) => partFor(kind, object) !== null).map((kind) => (
            <Radio.Button key={kind} value={kind}>
              <KindMark kind={kind} />
              {t(`kinds:names.${kind}`)}
            </Radio.Button>
          ))}
        </Radio.Group>
      </Form.Item>
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
