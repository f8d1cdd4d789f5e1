import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input, type InputRef, Modal, Spin } from 'antd';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import type { ImportPlan } from '@/api/import-types';
import { downloadBlank, uploadWorkbooks } from '@/api/imports';
import { InboxOutlined } from '@/ui/more-icons';
import styles from './import.module.css';

const ACCEPT = '.xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt,.html,.htm,.mht,.xml,.vcf';

interface Props {
  object: string;
  /** What all rows are, whatever they look like; else each sheet says it itself. */
  said: string | undefined;
  onPlan: (id: number, plan: ImportPlan) => void;
}

/** Workbooks that wait for a password; `wrong` when one was tried and was not it. */
interface Locked {
  files: File[];
  wrong: boolean;
}

/** Where spreadsheets are dropped; asks for the password of one that has it. */
export function DropZone({ object, said, onPlan }: Props) {
  const { t } = useTranslation('imports');
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const upload = useMutation({
    mutationFn: ({ files, password }: { files: File[]; password?: string }) => uploadWorkbooks(files, said, password),
  });
  const [locked, setLocked] = useState<Locked | null>(null);
  const read = (files: File[], password?: string) =>
    // Told only while somebody waits for it: who gave up, or went on to another page, is not taken here.
    upload.mutate(
      { files, password },
      {
        onSuccess: ({ id, plan }) => onPlan(id, plan),
        onError: (error) =>
          setLocked(
            isApiError(error, 'password_protected', 'wrong_password')
              ? { files, wrong: error.code === 'wrong_password' }
              : null,
          ),
      },
    );
  const start = (list: FileList | null) => {
    const files = [...(list ?? [])];
    if (files.length > 0) read(files);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    start(event.dataTransfer.files);
  };
  const names = (upload.variables?.files ?? []).map((file) => file.name).join(', ');

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
        {upload.isPending && !locked ? (
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
      <p className={styles.hint}>
        {t('drop.hint')}{' '}
        <Button type="link" size="small" onClick={() => downloadBlank(object)}>
          {t('drop.blank')}
        </Button>
      </p>
      {locked ? (
        <PasswordDialog
          name={names}
          wrong={locked.wrong && !upload.isPending}
          trying={upload.isPending}
          onCancel={() => {
            upload.reset();
            setLocked(null);
          }}
          onPassword={(password) => read(locked.files, password)}
        />
      ) : null}
    </>
  );
}

interface PasswordProps {
  name: string;
  wrong: boolean;
  trying: boolean;
  onPassword: (password: string) => void;
  onCancel: () => void;
}
function PasswordDialog({ name, wrong, trying, onPassword, onCancel }: PasswordProps) {
  const { t } = useTranslation(['imports', 'common']);
  const [form] = Form.useForm<{ password: string }>();
  const input = useRef<InputRef>(null);
  useEffect(() => {
    if (wrong) input.current?.focus({ cursor: 'all' });
  }, [wrong]);
  return (
    <Modal
      open
      title={t('password.title')}
      okText={t('password.open')}
      confirmLoading={trying}
      onOk={() => form.submit()}
      onCancel={onCancel}
      afterOpenChange={(open) => open && input.current?.focus()}
    >
      <p className={styles.before}>{t('password.text', { name })}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ password }) => trying || onPassword(password)}
      >
        <Form.Item
          name="password"
          label={t('password.label')}
          validateStatus={wrong ? 'error' : undefined}
          help={wrong ? t('password.wrong') : undefined}
          rules={[{ required: true, message: t('common:required', { what: t('password.label') }) }]}
        >
          <Input.Password ref={input} autoComplete="off" readOnly={trying} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
