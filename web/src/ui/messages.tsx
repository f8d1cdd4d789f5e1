import type { MessageInstance } from 'antd/es/message/interface';
import { createContext, lazy, type ReactNode, Suspense, useContext, useEffect, useState } from 'react';
import { arriving } from './arriving';

const MessagePlace = lazy(() => arriving(() => import('./MessagePlace')));
/** Milliseconds after which the place for messages is fetched: long after the first cells, before it is needed. */
const FETCH_AFTER = 3000;

type Say = (...said: Parameters<MessageInstance['info']>) => void;
/** Tells the person something in passing: done, or why not. */
export interface Messenger {
  info: Say;
  success: Say;
  warning: Say;
  error: Say;
  destroy: (key: string) => void;
}
type Act = (message: MessageInstance) => void;

const Messages = createContext<Messenger | null>(null);

export function MessageProvider({ children }: { children: ReactNode }) {
  const [{ messenger, ready, onFirst }] = useState(makeMessenger);
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    onFirst(() => setWanted(true));
    const timer = setTimeout(() => setWanted(true), FETCH_AFTER);
    return () => clearTimeout(timer);
  }, [onFirst]);
  return (
    <Messages value={messenger}>
      {wanted ? (
        <Suspense>
          <MessagePlace onReady={ready} />
        </Suspense>
      ) : null}
      {children}
    </Messages>
  );
}

/** Speaks through antd's messages; what is said before they are here is said when they come. */
function makeMessenger() {
  let message: MessageInstance | null = null;
  let first = () => {};
  const waiting: Act[] = [];
  const act = (one: Act) => {
    if (message) return one(message);
    waiting.push(one);
    first();
  };
  const say =
    (kind: 'info' | 'success' | 'warning' | 'error'): Say =>
    (...said) =>
      act((to) => void to[kind](...said));
  const messenger: Messenger = {
    info: say('info'),
    success: say('success'),
    warning: say('warning'),
    error: say('error'),
    destroy: (key) => act((to) => to.destroy(key)),
  };
  return {
    messenger,
    ready: (instance: MessageInstance) => {
      message = instance;
      for (const one of waiting.splice(0)) one(instance);
    },
    onFirst: (listener: () => void) => {
      first = listener;
      if (waiting.length > 0) listener();
    },
  };
}

export function useMessage(): Messenger {
  const message = useContext(Messages);
  if (!message) throw new Error('useMessage outside the theme');
  return message;
}
