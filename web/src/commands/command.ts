import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';

/** One act, for the toolbar, the keyboard and menus alike. */
export interface Command {
  id: string;
  label: string;
  icon?: ReactNode;
  /** `mod+k`, `mod+shift+z`, `delete`; `mod` is Ctrl, and ⌘ on a Mac. */
  keys?: string[];
  /** Works while a text is being edited, too. */
  everywhere?: boolean;
  enabled: boolean;
  perform: () => void;
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** `Ctrl K`, or `⌘K` on a Mac. */
export function keyLabel(keys: string): string {
  const names: Record<string, string> = isMac
    ? { mod: '⌘', shift: '⇧', alt: '⌥' }
    : { mod: 'Ctrl', shift: 'Shift', alt: 'Alt' };
  return keys
    .split('+')
    .map((key) => names[key] ?? key.charAt(0).toUpperCase() + key.slice(1))
    .join(isMac ? '' : ' ');
}

export function matches(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split('+');
  const mod = isMac ? event.metaKey : event.ctrlKey;
  return (
    event.key.toLowerCase() === parts.at(-1) &&
    mod === parts.includes('mod') &&
    event.shiftKey === parts.includes('shift') &&
    event.altKey === parts.includes('alt')
  );
}

/** What the parts of the page offer at this moment. */
const offered = new Set<{ current: readonly Command[] }>();

/** All commands that can be carried out now, each once. */
export function commandsNow(): Command[] {
  const byId = new Map<string, Command>();
  // What came last to the page is what one works in.
  for (const { current } of [...offered].reverse()) {
    for (const command of current) if (command.enabled && !byId.has(command.id)) byId.set(command.id, command);
  }
  return [...byId.values()];
}

/** Offers commands to the keyboard and to the palette while the part that calls it is on the page. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  useEffect(() => {
    offered.add(latest);
    return () => {
      offered.delete(latest);
    };
  }, []);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const command = latest.current.find((one) => one.enabled && one.keys?.some((keys) => matches(event, keys)));
      if (!command || (isTyping(event.target) && !command.everywhere)) return;
      event.preventDefault();
      command.perform();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
