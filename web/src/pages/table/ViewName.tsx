import { Input } from 'antd';
import { useTranslation } from 'react-i18next';

interface Props {
  name: string;
  onName: (name: string) => void;
  onClose: () => void;
}

/** A new name for a view: Enter keeps it, Esc does not. */
export default function ViewName({ name, onName, onClose }: Props) {
  const { t } = useTranslation('table');
  return (
    <Input
      autoFocus
      defaultValue={name}
      maxLength={60}
      aria-label={t('views.name')}
      onPressEnter={(event) => !event.nativeEvent.isComposing && onName(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    />
  );
}
