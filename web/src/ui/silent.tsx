import type { BellOutlined } from '@ant-design/icons';
import type { ComponentProps } from 'react';

type Icon = typeof BellOutlined;

/**
 * An icon that stands beside a label or in a button that has one: read out by itself it would put English words such as
 * "filter" before every name.
 */
export function silent(Bare: Icon) {
  return (props: ComponentProps<Icon>) => <Bare aria-hidden {...props} />;
}
