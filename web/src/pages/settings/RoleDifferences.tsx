import { useTranslation } from 'react-i18next';
import { labelOf, useObjects } from '@/api/objects';
import type { RoleRights } from '@/api/rights';
import styles from './rights.module.css';
import { type Difference, differences } from './role-rights';
import { useObjectName } from './role-words';

/** What a role says otherwise now, line by line. */
export function Differences({ before, after }: { before: RoleRights; after: RoleRights }) {
  const { t } = useTranslation('rights');
  const { objects } = useObjects();
  const nameOf = useObjectName();
  const found = differences(before, after);
  if (found.length === 0) return null;
  const flag = (on: boolean) => t(on ? 'roles.yes' : 'roles.no');
  const words = (one: Difference): { what: string; before: string; after: string } => {
    if (one.kind === 'company') {
      return { what: t(`company.${one.right}`), before: flag(!one.after), after: flag(one.after) };
    }
    const of = (what: string) => t('roles.of', { object: nameOf(one.object), what });
    if (one.kind === 'scope') {
      return { what: of(t(`verb.${one.verb}`)), before: t(`scope.${one.before}`), after: t(`scope.${one.after}`) };
    }
    if (one.kind === 'act') {
      const what = one.act === 'pool' ? t('poolShort') : t(`act.${one.act}`);
      return { what: of(what), before: flag(!one.after), after: flag(one.after) };
    }
    const field = objects.find((each) => each.key === one.object)?.fields.find((each) => each.key === one.field);
    const name = labelOf(field?.label_all) || one.field;
    return { what: of(name), before: t(`access.${one.before}`), after: t(`access.${one.after}`) };
  };
  return (
    <section className={styles.gains} aria-label={t('roles.differences')}>
      <h3>{t('roles.differences')}</h3>
      <ul className={styles.differences}>
        {found.map((one) => {
          const text = t('roles.difference', words(one));
          return <li key={text}>{text}</li>;
        })}
      </ul>
    </section>
  );
}
