import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { keyLabel } from '@/commands/command';
import styles from './shell.module.css';
import '@/i18n/shortcuts';

type Group = keyof typeof GROUPS;

/** What the keys do; `/` stands between keys that do the same or the opposite. */
const GROUPS = {
  move: [
    ['cells', ['↑', '↓', '←', '→']],
    ['next', ['tab', 'shift+tab']],
    ['down', ['enter', 'shift+enter']],
    ['rowEnds', ['home', 'end']],
    ['tableEnds', ['mod+home', 'mod+end']],
    ['jump', ['mod+↑', 'mod+↓', 'mod+←', 'mod+→']],
    ['page', ['pgUp', 'pgDn']],
  ],
  select: [
    ['extend', ['shift+↑', 'shift+↓']],
    ['column', ['mod+space']],
    ['row', ['shift+space']],
    ['all', ['mod+a']],
  ],
  edit: [
    ['edit', ['f2']],
    ['line', ['alt+enter']],
    ['clear', ['delete']],
    ['today', ['mod+;']],
    ['cancel', ['esc']],
    ['undo', ['mod+z']],
    ['redo', ['mod+y']],
  ],
  clipboard: [
    ['copy', ['mod+c', 'mod+x']],
    ['paste', ['mod+v']],
    ['fillDown', ['mod+d']],
    ['fillRight', ['mod+r']],
    ['everywhere', ['mod+enter']],
  ],
  table: [
    ['palette', ['mod+k']],
    ['find', ['mod+f', 'f3', 'shift+f3']],
    ['search', ['mod+shift+f']],
    ['open', ['space', 'mod+enter']],
    ['insert', ['mod+alt+=']],
    ['move', ['alt+shift+↑', 'alt+shift+↓']],
    ['duplicate', ['mod+shift+d']],
    ['remove', ['mod+delete']],
    ['columnMenu', ['alt+↓']],
    ['cellMenu', ['shift+f10']],
    ['log', ['mod+shift+l']],
    ['comments', ['mod+alt+m']],
    ['width', ['alt+shift+←', 'alt+shift+→']],
    ['help', ['mod+/', '?']],
  ],
} as const;

/** All keys of the table on one page. */
export default function Shortcuts({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('shortcuts');
  const { t: shell } = useTranslation('shell');
  return (
    <Modal open width={720} title={shell('shortcuts.title')} footer={null} onCancel={onClose}>
      <div className={styles.shortcuts}>
        {Object.entries(GROUPS).map(([group, acts]) => (
          <section key={group}>
            <h2>{t(group as Group)}</h2>
            <dl>
              {acts.map(([act, keys]) => (
                <div key={act}>
                  <dt>{t(`acts.${act}`)}</dt>
                  <dd>
                    {keys.map((one) => (
                      <kbd key={one}>{keyLabel(one)}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
