import { useMutation } from '@tanstack/react-query';
import { Button, Drawer, Form, Input, Select, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { changeField, createField, labelOf, objectsQuery } from '@/api/objects';
import type { Field, FieldKind, Labels, ObjectInfo } from '@/api/types';
import { currentLanguage } from '@/i18n';
import { useMessage } from '@/ui/messages';
import { ChoicesEditor } from './ChoicesEditor';
import { type ChoiceDraft, draftOf, freshChoice, toChoices } from './choice-drafts';

/** The kinds that a company can add by itself, the frequent ones first. */
export const NEW_KINDS: FieldKind[] = [
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
  'person',
];

interface Draft {
  kind: FieldKind;
  zh: string;
  en: string;
  choices: ChoiceDraft[];
}

interface Props {
  object: ObjectInfo;
  /** Null: a new one. */
  field: Field | null;
  onClose: () => void;
}

export function FieldDrawer({ object, field, onClose }: Props) {
  const { t } = useTranslation(['settings', 'common', 'fields']);
  const message = useMessage();
  const language = currentLanguage();
  const [form] = Form.useForm<Draft>();
  const kind = Form.useWatch('kind', form) ?? field?.kind ?? 'text';
  const hasChoices = kind === 'choice' || kind === 'choices';
  const initial: Draft = field
    ? {
        kind: field.kind,
        zh: field.label_all['zh-Hans'] ?? '',
        en: field.label_all.en ?? '',
        choices: field.choices.map((choice) => draftOf(choice, language)),
      }
    : { kind: 'text', zh: '', en: '', choices: [freshChoice([])] };

  const save = useMutation({
    mutationFn: async ({ zh, en, choices }: Draft) => {
      const label: Partial<Labels> = {};
      if (zh?.trim()) label['zh-Hans'] = zh.trim();
      if (en?.trim()) label.en = en.trim();
      const own = hasChoices && !field?.lookup ? { choices: toChoices(choices, language) } : {};
      if (field) {
        await changeField(object.key, field.key, { label, ...own });
      } else {
        await createField(object.key, { kind, label, ...own });
        // It is a column of everybody's views.
        await queryClient.invalidateQueries({ queryKey: ['views'] });
      }
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries(objectsQuery);
      void message.success(field ? t('fields.saved') : t('fields.created'));
      onClose();
    },
    onError: (error) => void message.error(errorText(error)),
  });

  const title = field
    ? t('fields.editOf', { name: labelOf(field.label_all) })
    : t('fields.addTo', { object: labelOf(object.label) });
  return (
    <Drawer
      open
      title={title}
      size={hasChoices ? 600 : 440}
      onClose={onClose}
      afterOpenChange={(open) => open && field === null && form.focusField('zh')}
      footer={
        <Space>
          <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>
            {t('common:save')}
          </Button>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
        </Space>
      }
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={save.mutate}>
        <Form.Item name="kind" label={t('fields.kind')}>
          <Select
            disabled={field !== null}
            options={(field ? [field.kind] : NEW_KINDS).map((one) => ({ value: one, label: t(`fields:kind.${one}`) }))}
          />
        </Form.Item>
        <Form.Item
          name="zh"
          label={t('fields.labelZh')}
          dependencies={['en']}
          rules={[
            ({ getFieldValue }) => ({
              required: !String(getFieldValue('en') ?? '').trim(),
              whitespace: true,
              message: t('common:required', { what: t('fields.name') }),
            }),
          ]}
        >
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="en" label={t('fields.labelEn')}>
          <Input maxLength={60} placeholder={t('fields.labelEnHint')} />
        </Form.Item>
        {hasChoices && !field?.lookup ? (
          <Form.Item
            name="choices"
            label={t('fields.choices')}
            rules={[
              {
                validator: (_, choices: ChoiceDraft[]) =>
                  toChoices(choices, language).length > 0
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('fields.needChoice'))),
              },
            ]}
          >
            <ChoicesEditor categories={field?.categories ?? []} />
          </Form.Item>
        ) : null}
      </Form>
    </Drawer>
  );
}
