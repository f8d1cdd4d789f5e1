import { Modal } from 'antd';
import { type ReactNode, useState } from 'react';

interface Props {
  title: string;
  okText: string;
  /** Something will be lost; else only much will be done. */
  danger?: boolean;
  /** What will be lost, or done. */
  children?: ReactNode;
  onOk: () => Promise<unknown>;
  /** It was done, has failed, or is not wanted after all. */
  onClose: () => void;
}

/** Asks before something is deleted, or before much is made. */
export default function ConfirmDialog({ title, okText, danger = true, children, onOk, onClose }: Props) {
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
      okButtonProps={{ danger, autoFocus: true }}
      confirmLoading={busy}
      onOk={() => void act()}
      onCancel={onClose}
    >
      {children}
    </Modal>
  );
}
