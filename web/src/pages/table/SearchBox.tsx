import { type Ref, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keyLabel } from '@/commands/command';
import { SearchOutlined } from '@/ui/icons';
import styles from './table.module.css';
import { SEARCH_KEYS } from './table-commands';

const DELAY_MS = 180;

interface Props {
  /** What is searched: 客户. */
  object: string;
  value: string;
  onChange: (text: string) => void;
  /** Down or Enter: on to the rows. */
  onLeave: () => void;
  ref?: Ref<HTMLInputElement>;
}

/** Finds as one types; while an input method composes, nothing is asked. */
export function SearchBox({ object, value, onChange, onLeave, ref }: Props) {
  const { t } = useTranslation('table');
  const [text, setText] = useState(value);
  const [asked, setAsked] = useState(value);
  const [seen, setSeen] = useState(value);
  const composing = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The address changed. Where it did so by another way (back, another view), the text follows; the address of what
  // was typed here comes a moment after it, when the next letters may stand there already.
  if (value !== seen) {
    setSeen(value);
    if (value !== asked) {
      setAsked(value);
      setText(value);
    }
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const ask = (next: string, delay = DELAY_MS) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setAsked(next);
      onChange(next);
    }, delay);
  };
  return (
    <label className={styles.search}>
      <SearchOutlined />
      <input
        ref={ref}
        type="search"
        value={text}
        placeholder={t('search.placeholder')}
        title={t('search.hint')}
        aria-label={t('search.label', { object })}
        onCompositionStart={() => {
          composing.current = true;
        }}
        onCompositionEnd={(event) => {
          composing.current = false;
          ask(event.currentTarget.value.trim());
        }}
        onChange={(event) => {
          setText(event.target.value);
          if (!composing.current) ask(event.target.value.trim(), event.target.value ? DELAY_MS : 0);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape' && text) {
            setText('');
            ask('', 0);
          } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
            event.preventDefault();
            onLeave();
          }
        }}
      />
      {text ? null : <kbd className={styles.kbd}>{keyLabel(SEARCH_KEYS)}</kbd>}
    </label>
  );
}
