import '@/i18n/rights';
import { useTranslation } from 'react-i18next';
import { labelOf, useObjects } from '@/api/objects';
import { ELSE, type RoleInfo, VERBS } from '@/api/rights';
import type { ObjectKey } from '@/api/types';
import { rightsOf, scopeOf } from './role-rights';

/** What a role may, in one line: what holds for most objects. */
export function useRoleSummary(): (role: RoleInfo) => string {
  const { t } = useTranslation('rights');
  return (role) => {
    if (role.fixed) return t('ownerText');
    const one = rightsOf(role.rights, ELSE);
    const [see, change, remove] = VERBS.map((verb) => t(`scope.${scopeOf(one, verb)}`));
    const parts = [t('summary', { see, change, delete: remove })];
    if (one.pool && one.see !== 'all') parts.push(t('summaryPool'));
    if (role.rights.manage_people) parts.push(t('summaryPeople'));
    return parts.join(' · ');
  };
}

/** The name of an object, also of the one that stands for all others. */
export function useObjectName(): (key: ObjectKey) => string {
  const { t } = useTranslation('rights');
  const { objects } = useObjects();
  return (key) => (key === ELSE ? t('roles.else') : labelOf(objects.find((one) => one.key === key)?.label) || key);
}
