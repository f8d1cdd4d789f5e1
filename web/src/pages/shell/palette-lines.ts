import '@/i18n/settings';
import { useQueries } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf, useObjects } from '@/api/objects';
import { queryRows } from '@/api/records';
import { useMe } from '@/api/session';
import { viewsQuery } from '@/api/views';
import { commandsNow } from '@/commands/command';
import { ranked } from '@/commands/ranking';

export type PaletteGroup = 'acts' | 'views' | 'pages' | 'records';

/** Something that can be done or gone to. */
export interface PaletteLine {
  id: string;
  group: PaletteGroup;
  label: string;
  /** What kind of thing it is: 客户 beside a name. */
  of?: string;
  icon?: ReactNode;
  keys?: string;
  perform: () => void;
}

const PAUSE_MS = 120;
const BEST = 5;

/** What answers to the typed text: acts, views and pages at once, records by their name a moment later. */
export function usePaletteLines(typed: string): { lines: PaletteLine[]; searching: boolean } {
  const [acts] = useState(() =>
    commandsNow()
      .filter(({ id }) => id !== 'palette')
      .map(
        ({ id, label, icon, keys, perform }): PaletteLine => ({
          id: `act ${id}`,
          group: 'acts',
          label,
          icon,
          keys: keys?.[0],
          perform,
        }),
      ),
  );
  const places = [...useViewLines(), ...usePageLines()];
  const { records, searching } = useRecordLines(typed.trim());
  return { lines: [...ranked([...acts, ...places], typed).sort(byGroup), ...records], searching };
}

const GROUPS: readonly PaletteGroup[] = ['acts', 'views', 'pages', 'records'];
const byGroup = (a: PaletteLine, b: PaletteLine) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group);

function useViewLines(): PaletteLine[] {
  const { objects } = useObjects();
  const navigate = useNavigate();
  const answers = useQueries({ queries: objects.map(({ key }) => viewsQuery(key)) });
  return objects.flatMap((object, place) =>
    (answers[place]?.data ?? []).map(
      (view): PaletteLine => ({
        id: `view ${view.id}`,
        group: 'views',
        label: view.name,
        of: labelOf(object.plural),
        perform: () => void navigate({ to: '/o/$object', params: { object: object.key }, search: { view: view.id } }),
      }),
    ),
  );
}

function usePageLines(): PaletteLine[] {
  const { t } = useTranslation(['shell', 'settings']);
  const { objects } = useObjects();
  const { rights } = useMe();
  const navigate = useNavigate();
  const page = (id: string, label: string, perform: () => unknown, may = true): PaletteLine[] =>
    may ? [{ id: `page ${id}`, group: 'pages', label, perform: () => void perform() }] : [];
  return [
    ...objects.flatMap((object) =>
      page(object.key, labelOf(object.plural), () =>
        navigate({ to: '/o/$object', params: { object: object.key }, search: {} }),
      ),
    ),
    ...page('reports', t('reports'), () => navigate({ to: '/reports', search: { months: undefined } })),
    ...page('account', t('settings:account.title'), () => navigate({ to: '/settings/account' })),
    ...page(
      'fields',
      t('settings:fields.title'),
      () => navigate({ to: '/settings/fields', search: { object: undefined } }),
      rights.manage_fields,
    ),
    ...page('people', t('settings:people.title'), () => navigate({ to: '/settings/people' }), rights.manage_people),
    ...page(
      'roles',
      t('settings:roles.title'),
      () => navigate({ to: '/settings/roles', search: { role: undefined } }),
      rights.manage_people,
    ),
    ...page('teams', t('settings:teams.title'), () => navigate({ to: '/settings/teams' }), rights.manage_people),
    ...page('audit', t('settings:audit.title'), () => navigate({ to: '/settings/audit' }), rights.manage_people),
    ...page('backups', t('settings:backups.title'), () => navigate({ to: '/settings/backups' }), rights.backups),
    ...page('privacy', t('settings:privacy'), () => navigate({ to: '/settings/privacy' }), rights.privacy),
  ];
}

/** Records of all objects by their name, as the search of a table finds them. */
function useRecordLines(typed: string): { records: PaletteLine[]; searching: boolean } {
  const { objects } = useObjects();
  const navigate = useNavigate();
  const [found, setFound] = useState<{ typed: string; records: PaletteLine[] }>({ typed: '', records: [] });
  useEffect(() => {
    if (typed === '') return;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const answers = await Promise.allSettled(
        objects.map(async (object) => {
          const spec = { search: typed, fields: [object.title_field], offset: 0, limit: BEST };
          const { rows } = await queryRows(object.key, spec, stop.signal);
          return rows.map(([id, , name]): PaletteLine => {
            const go = () =>
              void navigate({ to: '/o/$object', params: { object: object.key }, search: { record: id } });
            const label = String(name ?? '');
            return { id: `${object.key} ${id}`, group: 'records', label, of: labelOf(object.label), perform: go };
          });
        }),
      );
      if (stop.signal.aborted) return;
      setFound({ typed, records: answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])) });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [typed, objects, navigate]);
  if (typed === '') return { records: [], searching: false };
  return { records: found.records, searching: found.typed !== typed };
}
