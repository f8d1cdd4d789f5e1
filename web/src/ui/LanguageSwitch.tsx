import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language, setLanguage } from '@/i18n';

export function LanguageSwitch({ onChange }: { onChange?: (language: Language) => void }) {
  const { t, i18n } = useTranslation();
  return (
    <Segmented<Language>
      size="small"
      aria-label={t('language')}
      value={i18n.language as Language}
      options={LANGUAGES.map(({ key, name }) => ({ value: key, label: name }))}
      onChange={(language) => {
        void setLanguage(language);
        onChange?.(language);
      }}
    />
  );
}
