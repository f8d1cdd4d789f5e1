import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { GuestPerson } from './guests';
import styles from './table.module.css';

const SHOWN = 5;

/** Who else has the table open, at the end of its title bar. */
export function Guests({ guests }: { guests: readonly GuestPerson[] }) {
  const { t } = useTranslation('table');
  if (guests.length === 0) return null;
  return (
    <ul className={styles.guests} aria-label={t('guests.label')}>
      {guests.slice(0, SHOWN).map(({ id, name, hue }) => (
        <Tooltip key={id} title={t('guests.here', { name })}>
          <li
            aria-label={name}
            style={{
              background: `var(--kebu-hue-${hue}-bg)`,
              color: `var(--kebu-hue-${hue}-fg)`,
              borderColor: `var(--kebu-hue-${hue}-dot)`,
            }}
          >
            {[...name][0]}
          </li>
        </Tooltip>
      ))}
      {guests.length > SHOWN ? <li>+{guests.length - SHOWN}</li> : null}
    </ul>
  );
}
