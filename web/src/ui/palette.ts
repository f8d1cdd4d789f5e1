/** The colours of the program. Pages and parts use them as `var(--kebu-…)`; antd gets the same through its tokens. */

export type Scheme = 'light' | 'dark';

interface Palette {
  accent: string;
  /** A ground for white text. */
  accentStrong: string;
  accentSoft: string;
  /** Page, the table's ground. */
  ground: string;
  /** Rail, headers: one step away from the ground. */
  ground2: string;
  /** Popovers and panels, above the ground. */
  raised: string;
  hover: string;
  selected: string;
  line: string;
  lineStrong: string;
  text: string;
  text2: string;
  text3: string;
  error: string;
  errorSoft: string;
  soon: string;
  soonSoft: string;
  done: string;
  doneSoft: string;
  shadow: string;
}

export const palettes: Record<Scheme, Palette> = {
  light: {
    accent: '#2563eb',
    accentStrong: '#2563eb',
    accentSoft: '#e8f0fe',
    ground: '#ffffff',
    ground2: '#f7f8fa',
    raised: '#ffffff',
    hover: '#f2f4f7',
    selected: '#eaf1fe',
    line: '#e7e9ee',
    lineStrong: '#d3d7df',
    text: '#1b2130',
    text2: '#545d6e',
    text3: '#6b7385',
    error: '#c62a2a',
    errorSoft: '#fdecec',
    soon: '#9a5b00',
    soonSoft: '#fff3dc',
    done: '#14733b',
    doneSoft: '#e5f5ea',
    shadow: '0 8px 28px rgba(20, 28, 46, 0.13), 0 1px 4px rgba(20, 28, 46, 0.08)',
  },
  dark: {
    accent: '#6ea0ff',
    accentStrong: '#3069de',
    accentSoft: '#1d2c4a',
    ground: '#14171d',
    ground2: '#1a1e25',
    raised: '#1f242c',
    hover: '#232932',
    selected: '#1c2b47',
    line: '#2a303a',
    lineStrong: '#3b434f',
    text: '#e6e9ef',
    text2: '#abb3c1',
    text3: '#8f98a8',
    error: '#ff8080',
    errorSoft: '#3b1f22',
    soon: '#f0b45a',
    soonSoft: '#35290f',
    done: '#62c98a',
    doneSoft: '#16301f',
    shadow: '0 8px 28px rgba(0, 0, 0, 0.5), 0 1px 4px rgba(0, 0, 0, 0.4)',
  },
};

/**
 * The twelve hues a choice may have, as degrees on the colour wheel and share of saturation. Templates name them by
 * their place: 0 red, 1 orange, 2 green, 3 amber, 4 sky, 5 blue, 6 violet, 7 pink, 8 sand, 9 grey, 10 teal, 11 lime.
 */
const HUES: readonly (readonly [degrees: number, saturation: number])[] = [
  [3, 1],
  [25, 1],
  [148, 1],
  [44, 1],
  [195, 1],
  [220, 1],
  [262, 1],
  [330, 1],
  [30, 0.3],
  [215, 0.14],
  [173, 1],
  [84, 1],
];
export const HUE_COUNT = HUES.length;
/** For what has no colour of its own. */
export const GREY_HUE = 9;
/** The order in which new choices get their hues: calm ones first, red late because it warns. */
export const HUE_ORDER: readonly number[] = [5, 2, 3, 6, 4, 1, 7, 10, 11, 0, 8, 9];

export function hueColors(index: number, scheme: Scheme): { bg: string; fg: string; dot: string } {
  const [hue, share] = HUES[index] ?? [215, 0.14];
  const color = (saturation: number, lightness: number) =>
    `hsl(${hue} ${Math.round(saturation * share)}% ${lightness}%)`;
  return scheme === 'light'
    ? { bg: color(80, 94), fg: color(75, 24), dot: color(68, 48) }
    : { bg: color(38, 20), fg: color(75, 84), dot: color(62, 62) };
}

/** The `--kebu-…` variables of a scheme: `accentSoft` becomes `--kebu-accent-soft`, `text2` `--kebu-text-2`, hue 3 `--kebu-hue-3-bg`, `-fg`, `-dot`. */
export function cssVariables(scheme: Scheme): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(palettes[scheme])) {
    variables[`--kebu-${name.replace(/[A-Z0-9]/g, (part) => `-${part.toLowerCase()}`)}`] = value;
  }
  for (let index = 0; index < HUE_COUNT; index += 1) {
    for (const [part, value] of Object.entries(hueColors(index, scheme))) {
      variables[`--kebu-hue-${index}-${part}`] = value;
    }
  }
  return variables;
}
