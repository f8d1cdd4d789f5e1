import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { SetupInfo } from '@/api/types';
import { CheckCircleFilled } from '@/ui/more-icons';
import styles from './welcome.module.css';

interface Props {
  templates: SetupInfo['templates'];
  value: string;
  onChange: (key: string) => void;
}

/** The templates to choose from, each with the columns that it brings. */
export function TemplateChoice({ templates, value, onChange }: Props) {
  const { t } = useTranslation('welcome');
  return (
    <div role="radiogroup" aria-label={t('setup.templateTitle')} className={styles.templates}>
      {templates.map((template) => {
        const name = labelOf(template.label);
        return (
          <div key={template.key} className={styles.template} data-chosen={template.key === value}>
            <label className={styles.templateHead}>
              <input
                type="radio"
                name="template"
                className="visually-hidden"
                checked={template.key === value}
                onChange={() => onChange(template.key)}
              />
              <b>{name}</b>
              <span className={styles.muted}>{t('setup.columns', { count: template.fields.length })}</span>
              <CheckCircleFilled className={styles.templateCheck} />
            </label>
            <ul className={styles.strip} aria-label={t('setup.columnsOf', { name })}>
              {template.fields.map((field) => (
                <li key={field.key}>{labelOf(field.label)}</li>
              ))}
            </ul>
          </div>
        );
      })}
    </div>
  );
}
