import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { MIN_PASSWORD, passwordStrength } from './password';
import styles from './welcome.module.css';

/** A new password with its strength, inside a Form, as `password`. */
export function NewPasswordItem({ label, name = 'password' }: { label?: string; name?: string }) {
  const { t } = useTranslation(['welcome', 'common']);
  const what = label ?? t('password');
  return (
    <Form.Item noStyle shouldUpdate={(before, after) => before[name] !== after[name]}>
      {({ getFieldValue }) => (
        <Form.Item
          name={name}
          label={what}
          rules={[
            { required: true, message: t('common:required', { what }) },
            { min: MIN_PASSWORD, message: '', validateTrigger: 'onSubmit' },
          ]}
          extra={<StrengthHint password={getFieldValue(name) ?? ''} />}
        >
          <Input.Password autoComplete="new-password" maxLength={200} />
        </Form.Item>
      )}
    </Form.Item>
  );
}

const STEPS = { short: 0, weak: 1, fair: 2, good: 3 } as const;

function StrengthHint({ password }: { password: string }) {
  const { t } = useTranslation('welcome');
  const strength = passwordStrength(password);
  const missing = MIN_PASSWORD - [...password].length;
  return (
    <span
      className={styles.strength}
      data-strength={password ? strength : 'none'}
      role="status"
      aria-label={t('strength.label')}
    >
      {[1, 2, 3].map((step) => (
        <i key={step} data-on={password !== '' && STEPS[strength] >= step} />
      ))}
      <span>{strength === 'short' ? t('strength.short', { count: missing }) : t(`strength.${strength}`)}</span>
    </span>
  );
}
