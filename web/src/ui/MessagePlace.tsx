import type { MessageInstance } from 'antd/es/message/interface';
import useAntdMessage from 'antd/es/message/useMessage';
import { useEffect } from 'react';

/** Where short messages appear. antd's own `App` would bring dialogs and notifications along. */
export default function MessagePlace({ onReady }: { onReady: (message: MessageInstance) => void }) {
  const [message, place] = useAntdMessage({ top: 12, maxCount: 3 });
  useEffect(() => onReady(message), [message, onReady]);
  return place;
}
