import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal, Spin } from 'antd';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import type { ImportPlan } from '@/api/import-types';
import { uploadWorkbooks } from '@/api/imports';
import { InboxOutlined } from '@/ui/icons';
import styles from './import.module.css';

const ACCEPT = '.xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt';

interface Props {
  object: string;
  onPlan: (id: number, plan: ImportPlan) => void;
}

/** Where spreadsheets are dropped; asks for the password of one that has it. */
export function DropZone({ object, onPlan }: Props) {
  const { t } = useTranslation('imports');
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const upload = useMutation({
    mutationFn: ({ files, password }: { files: File[]; password?: string }) => uploadWorkbooks(files, object, password),
    onSuccess: ({ id, plan }) => onPlan(id, plan),
  });
  const start = (list: FileList | null) => {
    const files = [...(list ?? [])];
    if (files.length > 0) upload.mutate({ files });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    start(event.dataTransfer.files);
  };
  const files = upload.variables?.files ?? [];
  const names = files.map((file) => file.name).join(', ');
  const locked = isApiError(upload.error, 'password_protected', 'wrong_password');

  return (
    <>
      {upload.error && !locked ? (
        <Alert
          type="error"
          showIcon
          role="alert"
          className={styles.alert}
          title={names}
          description={errorText(upload.error)}
        />
      ) : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keyboard */}
      <div
        className={styles.drop}
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {upload.isPending ? (
          <div role="status">
            <Spin />
            <p className={styles.dropText}>{t('drop.reading', { name: names })}</p>
          </div>
        ) : (
          <>
            <InboxOutlined className={styles.dropIcon} />
            <h2 className={styles.dropTitle}>{t('drop.title')}</h2>
            <p className={styles.dropText}>{t('drop.text')}</p>
            <Button type="primary" onClick={() => input.current?.click()}>
              {t('drop.choose')}
            </Button>
            <input
              ref={input}
              type="file"
              multiple
              accept={ACCEPT}
              aria-label={t('drop.label')}
              className="visually-hidden"
              tabIndex={-1}
              onChange={(event) => {
                start(event.target.files);
                event.target.value = '';
              }}
            />
          </>
        )}
      </div>
      <p className={styles.hint}>{t('drop.hint')}</p>
      {locked ? (
        <PasswordDialog
          name={names}
          wrong={isApiError(upload.error, 'wrong_password')}
          onCancel={() => upload.reset()}
          onPassword={(password) => upload.mutate({ files, password })}
        />
      ) : null}
    </>
  );
}

interface PasswordProps {
  name: string;
  wrong: boolean;
  onPassword: (password: string) => void;
  onCancel: () => void;
}
function PasswordDialog({ name, wrong, onPassword, onCancel }: PasswordProps) {
  const { t } = useTranslation(['imports', 'common']);
  const [form] = Form.useForm<{ password: string }>();
  return (
    <Modal
      open
      title={t('password.title')}
      okText={t('password.open')}
      onOk={() => form.submit()}
      onCancel={onCancel}
      afterOpenChange={(open) => open && form.focusField('password')}
    >
      <p className={styles.before}>{t('password.text', { name })}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ password }) => onPassword(password)}>
        <Form.Item
          name="password"
          label={t('password.label')}
          validateStatus={wrong ? 'error' : undefined}
          help={wrong ? t('password.wrong') : undefined}
          rules={[{ required: true, message: t('common:required', { what: t('password.label') }) }]}
        >
          <Input.Password autoComplete="off" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
