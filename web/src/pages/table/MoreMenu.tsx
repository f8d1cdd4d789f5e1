import { useNavigate } from '@tanstack/react-router';
import { Button, Dropdown, type MenuProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/session';
import type { ObjectInfo } from '@/api/types';
import { dayIn } from '@/fields/context';
import { CalendarOutlined, DeleteOutlined, EllipsisOutlined, ExportOutlined, HistoryOutlined } from '@/ui/icons';

/** What is looked for less often than the tools beside it. */
export function MoreMenu({ object, onExport }: { object: ObjectInfo; onExport?: () => void }) {
  const { t } = useTranslation('table');
  const navigate = useNavigate();
  const me = useMe();
  const yesterday = dayIn(me.user.time_zone, new Date(Date.now() - 86_400_000));
  const items: MenuProps['items'] = [
    ...(onExport ? [{ key: 'export', icon: <ExportOutlined />, label: t('tools.exportAs'), onClick: onExport }] : []),
    {
      key: 'asOf',
      icon: <CalendarOutlined />,
      label: t('more.asOf'),
      onClick: () =>
        void navigate({
          to: '/o/$object',
          params: { object: object.key },
          search: (now) => ({ ...now, asof: yesterday, record: undefined, tab: undefined }),
        }),
    },
    {
      key: 'changes',
      icon: <HistoryOutlined />,
      label: t('more.changes'),
      onClick: () => void navigate({ to: '/changes', search: { object: object.key } }),
    },
  ];
  if (object.rights.delete) {
    items.push({
      key: 'trash',
      icon: <DeleteOutlined />,
      label: t('more.trash'),
      onClick: () => void navigate({ to: '/trash', search: { object: object.key, q: undefined } }),
    });
  }
  return (
    <Dropdown trigger={['click']} placement="bottomRight" menu={{ items }}>
      <Button
        type="text"
        size="small"
        icon={<EllipsisOutlined />}
        title={t('more.label')}
        aria-label={t('more.label')}
        aria-haspopup="menu"
      />
    </Dropdown>
  );
}
