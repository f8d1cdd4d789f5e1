import { useMutation } from '@tanstack/react-query';
import { Alert, Form, Input, Modal, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { accountsQuery } from '@/api/company';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { copyRole, type RoleInfo, removeRole, rolesQuery } from '@/api/rights';
import { rulesQuery } from '@/api/second';
import { useMe } from '@/api/session';
import { useMessage } from '@/ui/messages';

/** A new role with the rights of another one; it is opened when it is there. */
export function CopyRole({
  role,
  onClose,
  onMade,
}: {
  role: RoleInfo;
  onClose: () => void;
  onMade: (key: string) => void;
}) {
  const { t } = useTranslation(['rights', 'common']);
  const message = useMessage();
  const [form] = Form.useForm<{ name: string }>();
  const old = labelOf(role.names);
  const copy = useMutation({
    mutationFn: ({ name }: { name: string }) => copyRole(role.key, name.trim()),
    onSuccess: async (made, { name }) => {
      void queryClient.invalidateQueries(rulesQuery);
      await queryClient.invalidateQueries(rolesQuery);
      void message.success(t('roles.copied', { name: name.trim() }));
      onClose();
      onMade(made.key);
    },
  });
  return (
    <Modal
      open
      title={t('roles.copyOf', { name: old })}
      okText={t('roles.copy')}
      confirmLoading={copy.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      afterOpenChange={(open) => open && form.focusField('name')}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: t('roles.copyName', { name: old }) }}
        onFinish={copy.mutate}
      >
        {copy.error ? <Alert type="error" showIcon role="alert" title={errorText(copy.error)} /> : null}
        <Form.Item
          name="name"
          label={t('roles.name')}
          extra={t('roles.copyText', { name: old })}
          rules={[{ required: true, whitespace: true, message: t('common:required', { what: t('roles.name') }) }]}
        >
          <Input maxLength={100} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** Asks where its people go, if it has any. */
export function RemoveRole({ role, roles, onClose }: { role: RoleInfo; roles: RoleInfo[]; onClose: () => void }) {
  const { t } = useTranslation('rights');
  const message = useMessage();
  const { user } = useMe();
  const [form] = Form.useForm<{ instead?: string }>();
  const name = labelOf(role.names);
  // Others may have been given the role since: then the list says so anew, and the question is asked.
  const { people } = roles.find((one) => one.key === role.key) ?? role;
  const drop = useMutation({
    mutationFn: ({ instead }: { instead?: string }) => removeRole(role.key, instead),
    onSuccess: () => {
      void queryClient.invalidateQueries(accountsQuery);
      void queryClient.invalidateQueries(rulesQuery);
      void message.success(t('roles.removed', { name }));
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries(rolesQuery),
  });
  return (
    <Modal
      open
      width={416}
      title={t('roles.removeTitle', { name })}
      okText={t('roles.remove')}
      okButtonProps={{ danger: true }}
      confirmLoading={drop.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={drop.mutate}>
        {drop.error ? <Alert type="error" showIcon role="alert" title={errorText(drop.error)} /> : null}
        {people > 0 ? (
          <Form.Item
            name="instead"
            label={t('roles.instead')}
            extra={t('roles.removePeople', { count: people })}
            rules={[{ required: true, message: t('roles.insteadNeeded') }]}
          >
            <Select
              options={roles
                .filter((one) => one.key !== role.key)
                .map((one) => ({
                  value: one.key,
                  label: labelOf(one.names),
                  disabled: one.key === 'owner' && user.role !== 'owner',
                }))}
            />
          </Form.Item>
        ) : (
          <p>{t('roles.removeNobody')}</p>
        )}
      </Form>
    </Modal>
  );
}
