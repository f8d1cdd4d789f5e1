import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { queryClient } from '@/api/cache';
import { isApiError, onSignedOut } from '@/api/client';
import { objectsQuery } from '@/api/objects';
import { meQuery, readSetup } from '@/api/session';
import { viewsQuery } from '@/api/views';
import { readImportAddress } from '@/pages/import/address';
import { readChangesAddress } from '@/pages/memory/address';
import { PageError, PageLoading, PageMissing } from '@/pages/shell/outcomes';
import { readTableAddress } from '@/pages/table/address';
import { readDayAddress } from '@/pages/today/address';

const root = createRootRoute({ component: Outlet, notFoundComponent: PageMissing });

const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);

const setup = createRoute({
  getParentRoute: () => root,
  path: 'setup',
  validateSearch: (search: Record<string, unknown>) => ({ secret: text(search.secret) }),
  component: lazyRouteComponent(() => import('./pages/welcome/SetupPage')),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: 'sign-in',
  validateSearch: (search: Record<string, unknown>) => ({ return: text(search.return) }),
  component: lazyRouteComponent(() => import('./pages/welcome/SignInPage')),
});
const secondFactor = createRoute({
  getParentRoute: () => root,
  path: 'second-factor',
  validateSearch: (search: Record<string, unknown>) => ({ return: text(search.return) }),
  component: lazyRouteComponent(() => import('./pages/welcome/SecondFactorPage')),
});
const viewingOver = createRoute({
  getParentRoute: () => root,
  path: 'viewing-over',
  component: lazyRouteComponent(() => import('./pages/shell/ViewingOver')),
});
const forgotten = createRoute({
  getParentRoute: () => root,
  path: 'forgotten',
  component: lazyRouteComponent(() => import('./pages/welcome/ForgottenPage')),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: 'reset/$token',
  component: lazyRouteComponent(() => import('./pages/welcome/ResetPage')),
});
const invite = createRoute({
  getParentRoute: () => root,
  path: 'invite/$token',
  component: lazyRouteComponent(() => import('./pages/welcome/InvitePage')),
});

const ShellPage = lazyRouteComponent(() => import('./pages/shell/Shell'));
const TablePage = lazyRouteComponent(() => import('./pages/table/TablePage'));

/** The code of the page and its views come while the server says who is there. */
function fetchAhead(pathname: string): void {
  void ShellPage.preload?.();
  const object = /^\/(?:o\/([a-z_]+))?$/.exec(pathname);
  if (!object) return;
  void TablePage.preload?.();
  void queryClient.prefetchQuery(viewsQuery(object[1] ?? 'customers'));
}

/** Everything inside needs a signed-in person and knows the objects. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    fetchAhead(location.pathname);
    try {
      await Promise.all([queryClient.ensureQueryData(meQuery), queryClient.ensureQueryData(objectsQuery)]);
    } catch (error) {
      const search = { return: location.href === '/' ? undefined : location.href };
      if (isApiError(error, 'second_factor_needed')) throw redirect({ to: '/second-factor', search });
      if (isApiError(error, 'viewing_over')) throw redirect({ to: '/viewing-over' });
      if (!isApiError(error, 'signed_out')) throw error;
      if (await readSetup()) throw redirect({ to: '/setup', search: { secret: undefined } });
      throw redirect({ to: '/sign-in', search });
    }
  },
  component: ShellPage,
  pendingComponent: PageLoading,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/o/$object', params: { object: 'customers' }, search: {} });
  },
});
const table = createRoute({
  getParentRoute: () => shell,
  path: 'o/$object',
  validateSearch: readTableAddress,
  component: TablePage,
});
const today = createRoute({
  getParentRoute: () => shell,
  path: 'today',
  validateSearch: readDayAddress,
  component: lazyRouteComponent(() => import('./pages/today/TodayPage')),
});
const importing = createRoute({
  getParentRoute: () => shell,
  path: 'import',
  validateSearch: readImportAddress,
  component: lazyRouteComponent(() => import('./pages/import/ImportPage')),
});
const reports = createRoute({
  getParentRoute: () => shell,
  path: 'reports',
  validateSearch: (search: Record<string, unknown>) => ({ months: [6, 12, 24].find((one) => one === search.months) }),
  component: lazyRouteComponent(() => import('./pages/reports/ReportsPage')),
});
const trash = createRoute({
  getParentRoute: () => shell,
  path: 'trash',
  validateSearch: (search: Record<string, unknown>) => ({ object: text(search.object), q: text(search.q) }),
  component: lazyRouteComponent(() => import('./pages/memory/TrashPage')),
});
const changes = createRoute({
  getParentRoute: () => shell,
  path: 'changes',
  validateSearch: readChangesAddress,
  component: lazyRouteComponent(() => import('./pages/memory/ChangesPage')),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: 'settings',
  component: lazyRouteComponent(() => import('./pages/settings/SettingsPage')),
});
const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/account' });
  },
});
const fields = createRoute({
  getParentRoute: () => settings,
  path: 'fields',
  validateSearch: (search: Record<string, unknown>) => ({ object: text(search.object) }),
  component: lazyRouteComponent(() => import('./pages/settings/FieldsPage')),
});
const people = createRoute({
  getParentRoute: () => settings,
  path: 'people',
  component: lazyRouteComponent(() => import('./pages/settings/PeoplePage')),
});
const roles = createRoute({
  getParentRoute: () => settings,
  path: 'roles',
  validateSearch: (search: Record<string, unknown>) => ({ role: text(search.role) }),
  component: lazyRouteComponent(() => import('./pages/settings/RolesPage')),
});
const teams = createRoute({
  getParentRoute: () => settings,
  path: 'teams',
  component: lazyRouteComponent(() => import('./pages/settings/TeamsPage')),
});
const account = createRoute({
  getParentRoute: () => settings,
  path: 'account',
  component: lazyRouteComponent(() => import('./pages/settings/AccountPage')),
});
const audit = createRoute({
  getParentRoute: () => settings,
  path: 'audit',
  component: lazyRouteComponent(() => import('./pages/settings/AuditPage')),
});
const dataRules = createRoute({
  getParentRoute: () => settings,
  path: 'data',
  component: lazyRouteComponent(() => import('./pages/settings/DataRulesPage')),
});
const mail = createRoute({
  getParentRoute: () => settings,
  path: 'mail',
  component: lazyRouteComponent(() => import('./pages/settings/MailPage')),
});
const backups = createRoute({
  getParentRoute: () => settings,
  path: 'backups',
  component: lazyRouteComponent(() => import('./pages/settings/BackupsPage')),
});

const privacy = createRoute({
  getParentRoute: () => settings,
  path: 'privacy',
  component: lazyRouteComponent(() => import('./pages/settings/PrivacyPage')),
});

export const router = createRouter({
  routeTree: root.addChildren([
    setup,
    signIn,
    secondFactor,
    viewingOver,
    invite,
    forgotten,
    reset,
    shell.addChildren([
      home,
      table,
      today,
      importing,
      reports,
      trash,
      changes,
      settings.addChildren([
        settingsHome,
        fields,
        people,
        roles,
        teams,
        account,
        audit,
        dataRules,
        backups,
        mail,
        privacy,
      ]),
    ]),
  ]),
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: PageMissing,
  defaultPreload: false,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

const OPEN_PAGES = ['/sign-in', '/setup', '/invite', '/forgotten', '/reset'];
onSignedOut(() => {
  const { pathname, href } = router.state.location;
  if (router.state.status === 'pending' || OPEN_PAGES.some((page) => pathname.startsWith(page))) return;
  // Emptied only when nobody looks any more: the pages need to know who they are for.
  void router.navigate({ to: '/sign-in', search: { return: href } }).then(() => queryClient.clear());
});
