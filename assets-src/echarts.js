// The part of ECharts that Campusdesk's charts use, as the global that charming's browser renderer calls.
// A chart that needs another series or component must add it here; without it ECharts draws nothing and says so in the console.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  TitleComponent,
  TooltipComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([
  BarChart,
  LineChart,
  PieChart,
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  TitleComponent,
  TooltipComponent,
  CanvasRenderer,
]);

// As HTML, the tooltip has inline styles, which the page's Content-Security-Policy forbids; on the canvas it needs none.
echarts.registerPreprocessor((option) => {
  for (const tooltip of [option.tooltip].flat()) if (tooltip) tooltip.renderMode = "richText";
});

// A chart follows the size of its place.
const init = (element, ...options) => {
  const chart = echarts.init(element, ...options);
  new ResizeObserver(() => chart.resize()).observe(element);
  return chart;
};

globalThis.echarts = { init, dispose: echarts.dispose, getInstanceByDom: echarts.getInstanceByDom };
