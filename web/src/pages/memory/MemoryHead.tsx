import { Input, Segmented } from 'antd';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf, useObjects } from '@/api/objects';
import type { ObjectInfo } from '@/api/types';
import { SearchOutlined } from '@/ui/icons';
import page from '@/ui/page.module.css';
import styles from './memory.module.css';

const DELAY_MS = 200;

interface Props {
  title: string;
  text: string;
  object: ObjectInfo | undefined;
  onObject: (key: string) => void;
  /** What stands beside the objects. */
  children?: ReactNode;
  search?: { label: string; value: string; onChange: (text: string) => void };
}

/** The head of a page about what was: its title, of which object, and a search where there is one. */
export function MemoryHead({ title, text, object, onObject, children, search }: Props) {
  const { t } = useTranslation('memory');
  const { objects } = useObjects();
  return (
    <header className={page.head}>
      <h1 className={page.title}>{title}</h1>
      <Segmented
        size="small"
        aria-label={t('trash.objects')}
        value={object?.key ?? ''}
        options={objects.map((one) => ({ value: one.key, label: labelOf(one.plural) }))}
        onChange={onObject}
      />
      {children}
      <span className={page.space} />
      {search ? <SearchField {...search} /> : null}
      <p className={styles.text}>{text}</p>
    </header>
  );
}

/** Asks when the hand rests; while an input method composes, nothing is asked. */
function SearchField({ label, value, onChange }: NonNullable<Props['search']>) {
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const composing = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);
  // Cleared from elsewhere.
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    if (value === '') setTyped('');
  }
  const ask = (text: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(text.trim()), DELAY_MS);
  };
  return (
    <Input
      allowClear
      type="search"
      className={styles.search}
      prefix={<SearchOutlined />}
      aria-label={label}
      placeholder={label}
      value={typed}
      onCompositionStart={() => {
        composing.current = true;
      }}
      onCompositionEnd={(event) => {
        composing.current = false;
        ask(event.currentTarget.value);
      }}
      onChange={(event) => {
        setTyped(event.target.value);
        if (!composing.current) ask(event.target.value);
      }}
    />
  );
}
