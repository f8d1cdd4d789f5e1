import { Popover } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HUE_COUNT } from './palette';
import styles from './parts.module.css';

interface Props {
  /** What the colour is of. */
  label: string;
  /** One of the twelve hues, 0–11. */
  value: number;
  onChange: (hue: number) => void;
}

/** A colour, and the others to choose from. */
export function Swatch({ label, value, onChange }: Props) {
  const { t } = useTranslation('common');
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const face = (hue: number) => <i style={{ background: `var(--kebu-hue-${hue}-dot)` }} />;
  const ground = (hue: number) => ({ background: `var(--kebu-hue-${hue}-bg)` });
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      content={
        <fieldset
          className={styles.swatches}
          aria-label={label}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            // Only the colours close, not what they are in.
            event.preventDefault();
            close();
          }}
        >
          {Array.from({ length: HUE_COUNT }, (_, hue) => (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: the hues are their numbers
              key={hue}
              type="button"
              aria-pressed={hue === value}
              aria-label={t(`hue.${hue as 0}`)}
              title={t(`hue.${hue as 0}`)}
              className={styles.swatch}
              style={ground(hue)}
              onClick={() => {
                onChange(hue);
                close();
              }}
            >
              {face(hue)}
            </button>
          ))}
        </fieldset>
      }
    >
      <button ref={button} type="button" className={styles.swatch} style={ground(value)} aria-label={label}>
        {face(value)}
      </button>
    </Popover>
  );
}
