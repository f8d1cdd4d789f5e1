import type { EChartsCoreOption } from 'echarts/core';
import type { Field, ReportPoint, ReportTile } from '@/api/types';
import { GREY_HUE, HUE_ORDER, hueColors, palettes, type Scheme } from '@/ui/palette';
import { FONT } from '@/ui/theme';
import { formatValue, share, shortValue } from './format';

/** A tile as a drawing for ECharts. Choices have the colours that they have in the table, where those mean something. */
export function chartOption(tile: ReportTile, field: Field | undefined, scheme: Scheme): EChartsCoreOption {
  const palette = palettes[scheme];
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
  if (tile.kind === 'pie') return { ...base, ...pie(tile, field, scheme) };
  const lying = tile.kind === 'funnel' || field?.kind === 'choice';
  return { ...base, ...axes(tile, lying, scheme), series: series(tile, lying, field, scheme) };
}

const HUE_OPACITY = 0.85;

function choiceColor(point: ReportPoint, place: number, field: Field | undefined, scheme: Scheme): string {
  const hue = field?.choices.length
    ? (field.choices.find((choice) => choice.key === point.key)?.color ?? GREY_HUE)
    : (HUE_ORDER[place % HUE_ORDER.length] ?? GREY_HUE);
  return hueColors(hue, scheme).dot;
}

function pie(tile: ReportTile, field: Field | undefined, scheme: Scheme): EChartsCoreOption {
  const palette = palettes[scheme];
  const points = tile.series[0]?.points ?? [];
  const total = points.reduce((sum, point) => sum + point.value, 0);
  const byName = new Map(points.map((point) => [point.label, point]));
  return {
    legend: {
      type: 'scroll',
      orient: 'vertical',
      left: '54%',
      top: 'middle',
      icon: 'circle',
      itemWidth: 8,
      itemHeight: 8,
      itemGap: 12,
      textStyle: { color: palette.text2 },
      formatter: (name: string) => {
        const value = byName.get(name)?.value ?? 0;
        return `${name}  ${formatValue(value, tile.unit)}  ${share(value, total)}`;
      },
    },
    series: [
      {
        type: 'pie',
        name: tile.title,
        radius: ['54%', '80%'],
        center: ['28%', '50%'],
        label: { show: false },
        itemStyle: { borderColor: palette.ground, borderWidth: 2, opacity: HUE_OPACITY },
        emphasis: { scaleSize: 3 },
        data: points.map((point, place) => ({
          name: point.label,
          value: point.value,
          itemStyle: { color: choiceColor(point, place, field, scheme) },
        })),
      },
    ],
  };
}

/** Months run along the bottom; named things run down the left side, where their names have room. */
function axes(tile: ReportTile, lying: boolean, scheme: Scheme): EChartsCoreOption {
  const palette = palettes[scheme];
  const names = {
    type: 'category',
    data: tile.series[0]?.points.map((point) => point.label) ?? [],
    inverse: lying,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: palette.lineStrong } },
    axisLabel: { color: palette.text2, width: lying ? 120 : undefined, overflow: 'truncate' },
  };
  const values = {
    type: 'value',
    minInterval: tile.unit === 'percent' ? undefined : 1,
    splitLine: { show: !lying, lineStyle: { color: palette.line } },
    axisLabel: { show: !lying, color: palette.text3, formatter: (value: number) => shortValue(value, tile.unit) },
  };
  const several = tile.series.length > 1;
  return {
    grid: { left: 4, right: lying ? 72 : 20, top: several ? 36 : 12, bottom: 4, containLabel: true },
    legend: several
      ? { top: 0, left: 0, icon: 'circle', itemWidth: 8, itemHeight: 8, textStyle: { color: palette.text2 } }
      : undefined,
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
  };
}

function series(tile: ReportTile, lying: boolean, field: Field | undefined, scheme: Scheme) {
  const palette = palettes[scheme];
  const several = tile.series.length > 1;
  // Stages are known by their colours; a rainbow of industries would only be loud.
  const colored = !several && (field?.categories.length ?? 0) > 0;
  return tile.series.map((one, index) => {
    const color = several ? hueColors(HUE_ORDER[index % HUE_ORDER.length] ?? 0, scheme).dot : palette.accentStrong;
    const first = one.points[0]?.value ?? 0;
    const text = (value: number) =>
      tile.kind === 'funnel'
        ? `${formatValue(value, tile.unit)}  ${share(value, first)}`
        : formatValue(value, tile.unit);
    return {
      type: tile.kind === 'line' ? 'line' : 'bar',
      name: one.name || tile.title,
      barMaxWidth: lying ? 18 : 28,
      symbolSize: 6,
      itemStyle: { color, opacity: HUE_OPACITY, borderRadius: lying ? [0, 3, 3, 0] : [3, 3, 0, 0] },
      lineStyle: { color, width: 2 },
      areaStyle: tile.kind === 'line' && !several ? { color, opacity: 0.08 } : undefined,
      label: {
        show: lying,
        position: 'right',
        color: palette.text2,
        formatter: ({ value }: { value: number }) => text(value),
      },
      data: one.points.map((point, place) => ({
        value: point.value,
        itemStyle: colored ? { color: choiceColor(point, place, field, scheme) } : undefined,
      })),
    };
  });
}
