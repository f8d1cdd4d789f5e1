import { Fragment, type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keyLabel } from '@/commands/command';
import { SearchOutlined } from '@/ui/icons';
import styles from './palette.module.css';
import { type PaletteLine, usePaletteLines } from './palette-lines';

/** One box for everything: what can be done here, views, pages, records by name. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('shell');
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [composed, setComposed] = useState('');
  const { lines, searching } = usePaletteLines(composed);
  // By its name: lines that come later, above it, must not put another one under the Enter key. None is the first.
  const [chosen, setChosen] = useState<string>();
  const place = Math.max(
    0,
    lines.findIndex(({ id }) => id === chosen),
  );
  const list = useId();

  // The dialog keeps the focus inside, and gives it back to where it was.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    dialog.current?.querySelector('[aria-selected="true"]')?.scrollIntoView?.({ block: 'nearest' });
  });

  const leave = () => {
    dialog.current?.close();
    onClose();
  };
  const take = (line: PaletteLine | undefined) => {
    if (!line) return;
    leave();
    line.perform();
  };
  const search = (next: string) => {
    setComposed(next);
    setChosen(undefined);
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setChosen(lines[(place + step + lines.length) % Math.max(1, lines.length)]?.id);
    else if (event.key === 'Enter') take(lines[place]);
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same, the browser's own way
    <dialog
      ref={dialog}
      className={styles.palette}
      aria-label={t('palette.title')}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && leave()}
    >
      <label className={styles.box}>
        <SearchOutlined />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={lines[place] && `${list} ${lines[place].id}`}
          aria-label={t('palette.label')}
          placeholder={t('palette.placeholder')}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            if (!(event.nativeEvent as InputEvent).isComposing) search(event.target.value);
          }}
          onCompositionEnd={(event) => search(event.currentTarget.value)}
          onKeyDown={press}
        />
      </label>
      <div role="listbox" id={list} aria-label={t('palette.title')} className={styles.lines}>
        {lines.map((line, at) => (
          <Fragment key={line.id}>
            {line.group === lines[at - 1]?.group ? null : (
              <div role="presentation" className={styles.group}>
                {t(`palette.groups.${line.group}`)}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the box's */}
            <div
              role="option"
              id={`${list} ${line.id}`}
              tabIndex={-1}
              aria-selected={at === place}
              className={styles.line}
              onMouseMove={() => setChosen(line.id)}
              onClick={() => take(line)}
            >
              {line.icon}
              <span className={styles.label}>{line.label}</span>
              {line.of ? <span className={styles.of}>{line.of}</span> : null}
              {line.keys ? <kbd>{keyLabel(line.keys)}</kbd> : null}
            </div>
          </Fragment>
        ))}
        {lines.length === 0 ? (
          <p className={styles.nothing} role="status">
            {t(searching ? 'palette.searching' : 'palette.nothing')}
          </p>
        ) : null}
      </div>
    </dialog>
  );
}
