import { Modal } from 'antd';
import { type ReactNode, useState } from 'react';

interface Props {
  title: string;
  okText: string;
  /** What will be lost. */
  children?: ReactNode;
  onOk: () => Promise<unknown>;
  /** It was done, has failed, or is not wanted after all. */
  onClose: () => void;
}

/** Asks before something is deleted. */
export default function ConfirmDialog({ title, okText, children, onOk, onClose }: Props) {
  const [busy, setBusy] = useState(false);
  const act = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await onOk();
    } finally {
      onClose();
    }
  };
  return (
    <Modal
      open
      width={416}
      title={title}
      okText={okText}
      okButtonProps={{ danger: true, autoFocus: true }}
      confirmLoading={busy}
      onOk={() => void act()}
      onCancel={onClose}
    >
      {children}
    </Modal>
  );
}
