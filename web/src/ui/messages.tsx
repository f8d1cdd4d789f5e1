import type { MessageInstance } from 'antd/es/message/interface';
import useAntdMessage from 'antd/es/message/useMessage';
import { createContext, type ReactNode, useContext } from 'react';

const Messages = createContext<MessageInstance | null>(null);

/** Where short messages appear. antd's own `App` would bring dialogs and notifications to every first page. */
export function MessageProvider({ children }: { children: ReactNode }) {
  const [message, place] = useAntdMessage({ top: 12, maxCount: 3 });
  return (
    <Messages value={message}>
      {place}
      {children}
    </Messages>
  );
}

/** Tells the person something in passing: done, or why not. */
export function useMessage(): MessageInstance {
  const message = useContext(Messages);
  if (!message) throw new Error('useMessage outside the theme');
  return message;
}
