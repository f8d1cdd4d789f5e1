import '@/i18n/revealing';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, type InputRef, Popover } from 'antd';
import { type RefObject, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { revealValue } from '@/api/records';
import type { Field, ObjectKey, RecordAnswer } from '@/api/types';
import { CellView } from '@/fields/CellView';
import type { FieldContext } from '@/fields/context';
import { useMessage } from '@/ui/messages';
import { EyeInvisibleOutlined, EyeOutlined } from '@/ui/more-icons';
import styles from './record.module.css';
import { useRevealed } from './revealed';

interface Props {
  object: ObjectKey;
  record: RecordAnswer;
  field: Field;
  context: FieldContext;
}

/** A masked value with an eye that shows what is behind it, as long as the panel is open. */
export default function Masked({ object, record, field, context }: Props) {
  const { t } = useTranslation('revealing');
  const message = useMessage();
  const eye = useRef<HTMLButtonElement>(null);
  const why = useRef<InputRef>(null);
  const [asking, setAsking] = useState(false);
  // Of another version it may be another value.
  const [shown, show] = useRevealed(`${object} ${record.id} ${record.version} ${field.key}`);
  const reveal = useMutation({
    mutationFn: (reason: string) => revealValue(object, record.id, field.key, reason),
    onSuccess: (value) => {
      setAsking(false);
      show(value);
      eye.current?.focus();
    },
    onError: (error) => {
      if (isApiError(error, 'reason_needed')) setAsking(true);
      else void message.error(errorText(error));
    },
  });
  const label = t(shown === undefined ? 'show' : 'hide', { field: labelOf(field.label_all) });
  return (
    <div className={styles.masked}>
      <span role="status">
        <CellView field={field} cell={shown === undefined ? record.values[field.key] : shown} context={context} />
      </span>
      <Popover
        open={asking}
        trigger="click"
        placement="bottomRight"
        arrow={false}
        onOpenChange={(open) => !open && setAsking(false)}
        // Before it has been laid out nothing in it takes the focus.
        afterOpenChange={(open) => open && why.current?.focus()}
        content={
          <Why
            input={why}
            field={field}
            busy={reveal.isPending}
            onReason={(reason) => reveal.mutate(reason)}
            onClose={() => {
              setAsking(false);
              eye.current?.focus();
            }}
          />
        }
        destroyOnHidden
      >
        <Button
          ref={eye}
          type="text"
          size="small"
          icon={shown === undefined ? <EyeOutlined /> : <EyeInvisibleOutlined />}
          title={label}
          aria-label={label}
          loading={reveal.isPending && !asking}
          onClick={() => (shown === undefined ? reveal.mutate('') : show(undefined))}
        />
      </Popover>
    </div>
  );
}

interface WhyProps {
  input: RefObject<InputRef | null>;
  field: Field;
  busy: boolean;
  onReason: (reason: string) => void;
  onClose: () => void;
}

function Why({ input, field, busy, onReason, onClose }: WhyProps) {
  const { t } = useTranslation(['revealing', 'common']);
  const title = t('why', { field: labelOf(field.label_all) });
  return (
    <Form
      className={styles.why}
      layout="vertical"
      requiredMark={false}
      role="dialog"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
        // Only this closes, not the panel around it.
        event.stopPropagation();
        onClose();
      }}
      onFinish={({ reason }: { reason: string }) => onReason(reason.trim())}
    >
      <b>{title}</b>
      <p>{t('whyText')}</p>
      <Form.Item
        name="reason"
        label={t('reason')}
        rules={[{ required: true, whitespace: true, message: t('common:required', { what: t('reason') }) }]}
      >
        <Input ref={input} variant="outlined" maxLength={200} placeholder={t('reasonHint')} />
      </Form.Item>
      <footer>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('ok')}
        </Button>
      </footer>
    </Form>
  );
}
