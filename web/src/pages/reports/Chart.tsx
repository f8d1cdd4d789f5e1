import { BarChart, LineChart, PieChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useObject } from '@/api/objects';
import type { ReportPoint, ReportTile } from '@/api/types';
import { useTheme } from '@/ui/theme';
import { chartOption } from './chart-option';
import styles from './reports.module.css';

register([BarChart, LineChart, PieChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

interface Props {
  tile: ReportTile;
  onOpen: (point: ReportPoint) => void;
}

/** One chart. A click on a bar, slice or dot opens the rows behind it; the same is in the table below it. */
export default function Chart({ tile, onOpen }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const open = useRef(onOpen);
  const { scheme } = useTheme();
  const object = useObject(tile.object ?? 'customers');
  const field = object?.fields.find((one) => one.key === tile.field);

  useEffect(() => {
    open.current = onOpen;
  });
  useEffect(() => {
    if (!host.current) return;
    const made = init(host.current);
    chart.current = made;
    const resize = new ResizeObserver(() => made.resize());
    resize.observe(host.current);
    return () => {
      resize.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    const made = chart.current;
    if (!made) return;
    made.setOption(chartOption(tile, field, scheme), true);
    made.off('click');
    made.on('click', (event) => {
      const point = tile.series[event.seriesIndex ?? 0]?.points[event.dataIndex];
      if (point) open.current(point);
    });
  }, [tile, field, scheme]);

  return <div ref={host} className={styles.chart} role="img" aria-label={tile.title} />;
}
