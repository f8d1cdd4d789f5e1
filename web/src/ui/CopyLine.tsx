import { Button, Input, type InputRef, Space } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyOutlined } from '@/ui/icons';
import { CheckOutlined } from '@/ui/more-icons';

/** A text that is there to be copied. */
export function CopyLine({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const input = useRef<InputRef>(null);
  const copy = async () => {
    input.current?.select();
    // On plain http there is no navigator.clipboard; the old way works on what is selected.
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else document.execCommand('copy');
    setCopied(true);
  };
  return (
    <Space.Compact block>
      <Input ref={input} readOnly value={text} aria-label={label} onFocus={(event) => event.target.select()} />
      <Button icon={copied ? <CheckOutlined /> : <CopyOutlined />} onClick={() => void copy()}>
        {copied ? t('copied') : t('copy')}
      </Button>
    </Space.Compact>
  );
}
