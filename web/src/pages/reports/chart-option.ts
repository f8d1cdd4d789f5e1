import type { EChartsCoreOption } from 'echarts/core';
import type { Field, ReportPoint, ReportTile } from '@/api/types';
import { GREY_HUE, HUE_ORDER, hueColors, palettes, type Scheme } from '@/ui/palette';
import { FONT } from '@/ui/theme';
import { formatValue, shortValue } from './format';

/** A tile as a drawing for ECharts, in the colours that its choices have in the table. */
export function chartOption(tile: ReportTile, field: Field | undefined, scheme: Scheme): EChartsCoreOption {
  const palette = palettes[scheme];
  const dot = (hue: number) => hueColors(hue, scheme).dot;
  const colorOf = (point: ReportPoint, place: number): string => {
    if (!field?.choices.length) return dot(HUE_ORDER[place % HUE_ORDER.length] ?? 0);
    return dot(field.choices.find((choice) => choice.key === point.key)?.color ?? GREY_HUE);
  };
  const base = {
    animationDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 150,
    textStyle: { fontFamily: FONT, color: palette.text2, fontSize: 12 },
    tooltip: {
      trigger: tile.kind === 'line' ? 'axis' : 'item',
      backgroundColor: palette.raised,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 12, fontFamily: FONT },
      valueFormatter: (value: unknown) => formatValue(Number(value), tile.unit),
      confine: true,
    },
  };
  const first = tile.series[0]?.points ?? [];

  switch (tile.kind) {
    case 'pie':
      return {
        ...base,
        legend: {
          type: 'scroll',
          orient: 'vertical',
          right: 8,
          top: 'middle',
          icon: 'circle',
          itemWidth: 8,
          itemHeight: 8,
          textStyle: { color: palette.text2 },
        },
        series: [
          {
            type: 'pie',
            name: tile.title,
            radius: ['52%', '78%'],
            center: ['34%', '50%'],
            label: { show: false },
            itemStyle: { borderColor: palette.ground, borderWidth: 2 },
            emphasis: { scaleSize: 3 },
            data: first.map((point, place) => ({
              name: point.label,
              value: point.value,
              itemStyle: { color: colorOf(point, place) },
            })),
          },
        ],
      };
    case 'funnel':
      return {
        ...base,
        series: [
          {
            type: 'funnel',
            name: tile.title,
            left: 8,
            right: 8,
            top: 8,
            bottom: 8,
            gap: 3,
            minSize: '12%',
            sort: 'none',
            label: {
              position: 'inside',
              color: '#fff',
              formatter: ({ dataIndex }: { dataIndex: number }) => {
                const point = first[dataIndex];
                return point ? `${point.label}  ${formatValue(point.value, tile.unit)}` : '';
              },
            },
            data: first.map((point, place) => ({
              name: point.label,
              value: point.value,
              itemStyle: { color: colorOf(point, place), borderWidth: 0 },
            })),
          },
        ],
      };
    default:
      return { ...base, ...axes(tile, scheme), series: lines(tile, colorOf, scheme) };
  }
}

/** Months run along the bottom; named things run down the left side, where their names have room. */
function axes(tile: ReportTile, scheme: Scheme): EChartsCoreOption {
  const palette = palettes[scheme];
  const labels = tile.series[0]?.points.map((point) => point.label) ?? [];
  const lying = isLying(tile);
  const names = {
    type: 'category',
    data: labels,
    inverse: lying,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: palette.lineStrong } },
    axisLabel: { color: palette.text2, width: lying ? 96 : undefined, overflow: 'truncate' },
  };
  const values = {
    type: 'value',
    minInterval: tile.unit === 'percent' ? undefined : 1,
    splitLine: { lineStyle: { color: palette.line } },
    axisLabel: { color: palette.text3, formatter: (value: number) => shortValue(value, tile.unit) },
  };
  const several = tile.series.length > 1;
  return {
    grid: { left: 8, right: 20, top: several ? 36 : 12, bottom: 4, containLabel: true },
    legend: several
      ? { top: 0, left: 0, icon: 'circle', itemWidth: 8, itemHeight: 8, textStyle: { color: palette.text2 } }
      : undefined,
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
  };
}

const isLying = (tile: ReportTile) => tile.kind === 'bar' && tile.field !== undefined && !tile.key.includes('month');

function lines(tile: ReportTile, colorOf: (point: ReportPoint, place: number) => string, scheme: Scheme) {
  const { accent } = palettes[scheme];
  const several = tile.series.length > 1;
  const lying = isLying(tile);
  return tile.series.map((series, index) => {
    const color = several ? hueColors(HUE_ORDER[index % HUE_ORDER.length] ?? 0, scheme).dot : accent;
    return {
      type: tile.kind === 'line' ? 'line' : 'bar',
      name: series.name || tile.title,
      barMaxWidth: lying ? 18 : 28,
      smooth: false,
      symbolSize: 6,
      itemStyle: { color, borderRadius: lying ? [0, 3, 3, 0] : [3, 3, 0, 0] },
      lineStyle: { color, width: 2 },
      areaStyle: tile.kind === 'line' && !several ? { color, opacity: 0.08 } : undefined,
      label: {
        show: lying,
        position: 'right',
        color: palettes[scheme].text2,
        formatter: ({ value }: { value: number }) => formatValue(value, tile.unit),
      },
      data: series.points.map((point, place) => ({
        value: point.value,
        itemStyle: lying && !several ? { color: colorOf(point, place) } : undefined,
      })),
    };
  });
}
