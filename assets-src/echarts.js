// The part of ECharts that Campusdesk's charts use, as the global that charming's browser renderer calls.
// A chart that needs another series or component must add it here; without it ECharts draws nothing and says so in the console.
import { BarChart, HeatmapChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent, VisualMapContinuousComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([
  BarChart,
  HeatmapChart,
  LineChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
  CanvasRenderer,
]);

// As HTML, the tooltip has inline styles, which the page's Content-Security-Policy forbids; on the canvas it needs none.
echarts.registerPreprocessor((option) => {
  for (const tooltip of [option.tooltip].flat()) if (tooltip) tooltip.renderMode = "richText";
});

// What is not final is hatched, and columns beside or upon each other are told apart by more than their colours.
const ink = "rgb(255 255 255 / 65%)";
const hatching = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4, color: ink };
const patterns = [
  undefined,
  { symbol: "circle", symbolSize: 0.6, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], color: ink },
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 6], color: ink },
];
echarts.registerPreprocessor((option) => {
  const named = [];
  for (const series of [option.series].flat()) {
    if (series?.type !== "bar") continue;
    if (!named.includes(series.name)) named.push(series.name);
    const decal = series.id?.startsWith?.("unfinished") ? hatching : patterns[named.indexOf(series.name)];
    series.itemStyle = { ...series.itemStyle, decal };
  }
});

// Numbers are written as the page's language writes them: ECharts itself writes them in English. What is drawn stays numbers.
echarts.registerPreprocessor((option) => {
  // "always": Spanish has no point in 1.204 by itself, and the tables have one.
  const { format } = new Intl.NumberFormat(document.documentElement.lang || undefined, { useGrouping: "always" });
  const written = (value) => (Number.isFinite(value) ? format(value) : (value ?? "-"));
  for (const axis of [option.xAxis, option.yAxis].flat()) {
    if (axis?.type !== "value") continue;
    const unit = axis.axisLabel?.formatter ?? "{value}";
    axis.axisLabel = { ...axis.axisLabel, formatter: (value) => unit.replace("{value}", format(value)) };
  }
  for (const tooltip of [option.tooltip].flat()) {
    if (tooltip) tooltip.valueFormatter = (value) => [value].flat().map(written).join("  ");
  }
  for (const series of [option.series].flat()) {
    if (series?.label?.show) series.label.formatter = ({ value }) => (Number.isFinite(value) ? format(value) : "");
  }
});

// A chart follows the size of its place.
const init = (element, ...options) => {
  const chart = echarts.init(element, ...options);
  new ResizeObserver(() => chart.resize()).observe(element);
  return chart;
};

globalThis.echarts = { init, dispose: echarts.dispose, getInstanceByDom: echarts.getInstanceByDom };
