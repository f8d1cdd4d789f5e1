import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { onStrayed, type Strayed } from '@/api/client';
import { labelOf, useObjects } from '@/api/objects';
import { keptFor, useMe } from '@/api/session';
import { beginning } from '@/api/told';
import { useViews } from '@/api/views';
import { undoStack } from '@/commands/undo';
import { setLanguage } from '@/i18n';
import { isFollowUpView } from '@/pages/table/follow-up';
import { outbox } from '@/pages/table/outbox';
import { arriving } from '@/ui/arriving';
import {
  BarChartOutlined,
  CalendarOutlined,
  CheckSquareOutlined,
  FormOutlined,
  FundOutlined,
  IdcardOutlined,
  SettingOutlined,
  TeamOutlined,
} from '@/ui/icons';
import { Mark } from '@/ui/Mark';
import { Bell } from './Bell';
import { useHelp } from './help';
import { ProfileMenu } from './ProfileMenu';
import { usePalette } from './palette-command';
import styles from './shell.module.css';

const TaskCount = lazy(() => arriving(() => import('./TaskCount')));
const Unsent = lazy(() => arriving(() => import('./Unsent')));
const Viewing = lazy(() => arriving(() => import('./Viewing')));

const OBJECT_ICONS: Record<string, ReactNode> = {
  customers: <TeamOutlined />,
  contacts: <IdcardOutlined />,
  deals: <FundOutlined />,
  activities: <FormOutlined />,
  tasks: <CheckSquareOutlined />,
};

export default function Shell() {
  const { t } = useTranslation(['shell', 'common']);
  const { viewer } = useMe();
  const strayed = useStrayed();
  useProfileLanguage();
  useOwnUndo();
  useRefreshOnReturn();
  const together = useOthers();
  const help = useHelp();
  const palette = usePalette();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        {t('skip')}
      </a>
      {viewer || strayed ? (
        <Suspense>
          <Viewing strayed={strayed} />
        </Suspense>
      ) : null}
      <nav className={styles.rail} aria-label={t('navigation')}>
        <Link to="/" className={styles.mark} aria-label={t('common:brand')} tabIndex={-1}>
          <Mark size={28} />
        </Link>
        <RailLinks counting={together} />
        <div className={styles.railEnd}>
          <Bell />
          <Link to="/settings" className={styles.item} activeProps={{ className: styles.itemActive }}>
            <SettingOutlined />
            <span>{t('settings')}</span>
          </Link>
          <ProfileMenu commands={[palette.command, help.command]} />
        </div>
      </nav>
      <main id="content" className={styles.content} tabIndex={-1}>
        <Outlet />
      </main>
      {help.dialog}
      {together && !viewer ? (
        <Suspense>
          <Unsent />
        </Suspense>
      ) : null}
      {palette.dialog}
    </div>
  );
}

function RailLinks({ counting }: { counting: boolean }) {
  const { t } = useTranslation('shell');
  const { objects } = useObjects();
  const { pathname } = useLocation();
  const views = useViews('customers');
  const count = views.data?.find(isFollowUpView)?.count;
  const hasDays = objects.some(({ key }) => key === 'customers' || key === 'tasks');
  return (
    <>
      {hasDays ? (
        <Link to="/today" search={{}} className={styles.item} activeProps={{ className: styles.itemActive }}>
          <CalendarOutlined />
          {count ? (
            <i className={styles.count} aria-hidden="true">
              {count > 999 ? '999+' : count}
            </i>
          ) : null}
          <span aria-hidden="true">{t('todayShort')}</span>
          <span className="visually-hidden">{count ? t('today', { count }) : t('todayNone')}</span>
        </Link>
      ) : null}
      {objects
        .filter((object) => object.key in OBJECT_ICONS)
        .map((object) => {
          const active = pathname === `/o/${object.key}`;
          return (
            <Link
              key={object.key}
              to="/o/$object"
              params={{ object: object.key }}
              search={{}}
              className={active ? styles.itemActive : styles.item}
              activeProps={{}}
              aria-current={active ? 'page' : undefined}
            >
              {OBJECT_ICONS[object.key]}
              {object.key === 'tasks' && counting ? (
                <Suspense>
                  <TaskCount />
                </Suspense>
              ) : null}
              <span>{labelOf(object.plural ?? object.label)}</span>
            </Link>
          );
        })}
      <Link
        to="/reports"
        search={{ months: undefined }}
        className={styles.item}
        activeProps={{ className: styles.itemActive }}
      >
        <BarChartOutlined />
        <span>{t('reports')}</span>
      </Link>
    </>
  );
}

/** What this person did in this tab can be undone after a reload, too. */
function useOwnUndo() {
  const person = keptFor(useMe());
  useEffect(() => undoStack.of(person), [person]);
}

/** Why this page is not its person's any more; null while it is. */
function useStrayed(): Strayed | null {
  const [why, setWhy] = useState<Strayed | null>(null);
  useEffect(() => {
    onStrayed(setWhy);
    return () => onStrayed(() => {});
  }, []);
  return why;
}

/** The person's own language, wherever she signs in. */
function useProfileLanguage() {
  const { user } = useMe();
  useEffect(() => {
    void setLanguageOnce(user.id, user.language);
  }, [user.id, user.language]);
}
const applied = new Map<number, string>();
async function setLanguageOnce(person: number, language: 'zh-Hans' | 'en') {
  if (applied.get(person) === language) return;
  applied.set(person, language);
  if (document.documentElement.lang !== language) await setLanguage(language);
}

const FIRST_ROWS_MS = 5_000;
const REST_MS = 1_500;

/** The page hears of what others do, from the first rows on; first it shows them. Answers whether it does. */
function useOthers(): boolean {
  const me = useMe();
  const unseen = me.viewer !== null;
  const [begun, setBegun] = useState(false);
  outbox.open(keptFor(me));
  useEffect(() => {
    let stop: (() => void) | null = () => {};
    const rows = Promise.race([beginning(), wait(FIRST_ROWS_MS).then(() => '')]);
    void rows.then(async (cursor) => {
      await wait(REST_MS);
      const { listen } = await arriving(() => import('@/commands/together'));
      if (!stop) return;
      stop = listen(cursor, unseen);
      setBegun(true);
    });
    return () => {
      stop?.();
      stop = null;
    };
  }, [unseen]);
  return begun;
}

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Counts and notices are asked anew when the day changed while the page lay open. */
function useRefreshOnReturn() {
  const client = useQueryClient();
  useEffect(() => {
    let day = new Date().toDateString();
    const check = () => {
      if (document.visibilityState !== 'visible' || new Date().toDateString() === day) return;
      day = new Date().toDateString();
      void client.invalidateQueries();
    };
    document.addEventListener('visibilitychange', check);
    return () => document.removeEventListener('visibilitychange', check);
  }, [client]);
}
