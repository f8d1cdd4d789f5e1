import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';
import { labelOf, useObjects } from '@/api/objects';
import { type ObjectInfo, TOKEN_VERBS, type TokenScopes, type TokenVerb } from '@/api/types';
import { PlainTable } from '@/ui/PlainTable';
import styles from './settings.module.css';
import { ticked } from './token-verbs';

interface Props {
  value?: TokenScopes;
  onChange?: (value: TokenScopes) => void;
}

/** What a token may, object by object: a table of boxes, without what the person may not. */
export function TokenVerbs({ value = {}, onChange }: Props) {
  const { t } = useTranslation('settings');
  const { objects } = useObjects();
  return (
    <div className={styles.wide}>
      <PlainTable
        label={t('account.verbsOf')}
        head={[t('account.object'), ...TOKEN_VERBS.map((verb) => t(`account.verbs.${verb}`))]}
      >
        {objects.map((object) => (
          <tr key={object.key}>
            <td>{labelOf(object.plural)}</td>
            {TOKEN_VERBS.map((verb) => (
              <td key={verb}>
                <Checkbox
                  checked={value[object.key]?.includes(verb) ?? false}
                  disabled={!allows(object, verb)}
                  aria-label={t('account.verbOf', {
                    object: labelOf(object.plural),
                    verb: t(`account.verbs.${verb}`),
                  })}
                  onChange={(event) => onChange?.(ticked(value, object.key, verb, event.target.checked))}
                />
              </td>
            ))}
          </tr>
        ))}
      </PlainTable>
      <p className={styles.muted}>{t('account.verbsText')}</p>
    </div>
  );
}

const allows = ({ rights }: ObjectInfo, verb: TokenVerb) => verb === 'read' || rights[verb];

/** What a token may, in words. */
export function VerbsSaid({ scopes }: { scopes: TokenScopes }) {
  const { t } = useTranslation('settings');
  const { objects } = useObjects();
  return (
    <>
      {Object.entries(scopes).map(([key, verbs]) => (
        <div key={key}>
          {t('account.verbOf', {
            object: labelOf(objects.find((one) => one.key === key)?.plural) || key,
            verb: verbs.map((verb) => t(`account.verbs.${verb}`)).join(t('account.and')),
          })}
        </div>
      ))}
    </>
  );
}
