import { ConfigProvider, type ThemeConfig, theme } from 'antd';
import type { Locale } from 'antd/es/locale';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { MessageProvider } from './messages';
import { cssVariables, palettes, type Scheme } from './palette';

export type ThemeChoice = 'system' | Scheme;
const STORAGE_KEY = 'kebu.theme';
export const FONT =
  '"Inter var", "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei UI", "Noto Sans SC", "Noto Sans SC Variable", system-ui, sans-serif';

interface ThemeState {
  choice: ThemeChoice;
  scheme: Scheme;
  choose: (choice: ThemeChoice) => void;
}
const ThemeContext = createContext<ThemeState>({ choice: 'system', scheme: 'light', choose: () => {} });
export const useTheme = () => useContext(ThemeContext);

/** The one theme of the program: colours, type and density, light or dark, following the system unless chosen. */
export function ThemeProvider({ locale, children }: { locale: Locale | undefined; children: ReactNode }) {
  const [choice, setChoice] = useState<ThemeChoice>(storedChoice);
  const systemIsDark = useSystemWish('(prefers-color-scheme: dark)');
  const still = useSystemWish('(prefers-reduced-motion: reduce)');
  const scheme: Scheme = choice === 'system' ? (systemIsDark ? 'dark' : 'light') : choice;

  const state = useMemo<ThemeState>(() => {
    applyScheme(scheme);
    return {
      choice,
      scheme,
      choose: (next) => {
        localStorage.setItem(STORAGE_KEY, next);
        setChoice(next);
      },
    };
  }, [choice, scheme]);
  const config = useMemo(() => antdTheme(scheme, still), [scheme, still]);

  return (
    <ThemeContext.Provider value={state}>
      <ConfigProvider theme={config} locale={locale} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
        <MessageProvider>{children}</MessageProvider>
      </ConfigProvider>
    </ThemeContext.Provider>
  );
}

function antdTheme(scheme: Scheme, still: boolean): ThemeConfig {
  const palette = palettes[scheme];
  return {
    algorithm: scheme === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: palette.accentStrong,
      colorInfo: palette.accent,
      colorLink: palette.accent,
      colorError: palette.error,
      colorWarning: palette.soon,
      colorSuccess: palette.done,
      colorText: palette.text,
      colorTextSecondary: palette.text2,
      colorTextTertiary: palette.text3,
      colorTextDescription: palette.text3,
      colorTextPlaceholder: palette.text3,
      colorBgBase: palette.ground,
      colorBgContainer: palette.ground,
      colorBgElevated: palette.raised,
      colorBgLayout: palette.ground,
      colorBorder: palette.lineStrong,
      colorBorderSecondary: palette.line,
      colorSplit: palette.line,
      boxShadowSecondary: palette.shadow,
      fontFamily: FONT,
      fontSize: 14,
      borderRadius: 6,
      controlHeight: 32,
      controlHeightSM: 26,
      motionDurationFast: '0.08s',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.15s',
      motion: !still,
      wireframe: false,
    },
    components: {
      Alert: { colorWarningBg: palette.soonSoft },
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', paddingInlineSM: 8 },
      Tabs: {
        horizontalItemPadding: '8px 0',
        horizontalItemGutter: 20,
        horizontalMargin: '0',
        itemSelectedColor: palette.accent,
        inkBarColor: palette.accent,
      },
      // What is chosen stands on a soft ground, where only the lighter accent can be read.
      Dropdown: { colorPrimary: palette.accent },
      Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
      Segmented: { trackBg: palette.hover },
      Tooltip: { fontSize: 12 },
    },
  };
}

function applyScheme(scheme: Scheme): void {
  const root = document.documentElement;
  root.dataset.theme = scheme;
  for (const [name, value] of Object.entries(cssVariables(scheme))) {
    root.style.setProperty(name, value);
  }
}

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Whether a media query about the person's system holds, now and when it changes. */
function useSystemWish(wish: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(wish).matches);
  useEffect(() => {
    const query = matchMedia(wish);
    const update = () => setHolds(query.matches);
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, [wish]);
  return holds;
}
