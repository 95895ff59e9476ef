//! Draws an analysis in the browser. The drawing code and ECharts are fetched when the first chart is.

use crate::{
    charts::Numbers,
    texts::{fill, texts},
};
use leptos::{ev, prelude::*, web_sys};

/// The chart's place, in its final size from the first paint on; drawn once its numbers are here, updated when they
/// change, and drawn anew in the colours of another theme. Without script, and until it is drawn, the table beside it says
/// the same.
#[component]
pub fn ChartView(
    /// The id of its element.
    id: &'static str,
    /// Of what it is.
    name: &'static str,
    /// Its numbers, none until they are here.
    #[prop(into)]
    numbers: Signal<Option<Numbers>>,
) -> impl IntoView {
    let (failed, recoloured) = (RwSignal::new(false), Trigger::new());
    Effect::new(move || {
        recoloured.track();
        if let Some(numbers) = numbers.get() {
            // The element has its size only after the layout that follows.
            request_animation_frame(move || {
                leptos::task::spawn_local(async move {
                    if let Err(error) = browser::draw(id, numbers).await {
                        leptos::logging::error!("{id}: {error}");
                        failed.set(true);
                    }
                });
            });
        }
    });
    // The element's own colour changes with the theme, whoever changes it, the page or the system. What moves within it, the
    // label under the pointer, changes no colours.
    let turned = move |event: ev::TransitionEvent| {
        if event_target::<web_sys::Element>(&event).id() == id {
            recoloured.notify();
        }
    };
    let texts = texts();
    view! {
        <div id=id class="chart" role="img" aria-label=fill(texts.chart_label, &[("name", &name)]) on:transitionend=turned></div>
        <p class="hint chart-failed" hidden=move || !failed.get()>{texts.analytics_chart_failed}</p>
    }
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    //! The server draws nothing.
    use crate::charts::Numbers;

    pub(super) async fn draw(_: &'static str, _: Numbers) -> Result<(), String> {
        std::future::ready(Ok(())).await
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    //! Fetching ECharts, drawing and updating.
    use crate::{
        charts::{Numbers, Palette, chart},
        texts::EN,
    };
    use charming::renderer::{Echarts, WasmRenderer};
    use leptos::prelude::*;
    use std::{cell::RefCell, collections::HashMap};
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;

    thread_local! {
        /// The charts drawn so far, by the id of their element: they are updated, not drawn anew.
        static DRAWN: RefCell<HashMap<&'static str, (web_sys::Element, Echarts)>> = RefCell::new(HashMap::new());
        /// The script on its way or here.
        static SCRIPT: RefCell<Option<js_sys::Promise>> = const { RefCell::new(None) };
    }

    pub(super) async fn draw(id: &'static str, numbers: Numbers) -> Result<(), String> {
        JsFuture::from(SCRIPT.with_borrow_mut(|script| script.get_or_insert_with(load).clone()))
            .await
            .map_err(|error| format!("ECharts did not load: {error:?}"))?;
        draw_with_charming(id, numbers).await
    }

    #[lazy]
    async fn draw_with_charming(id: &'static str, numbers: Numbers) -> Result<(), String> {
        let palette = if is_dark() { Palette::DARK } else { Palette::LIGHT };
        let chart = chart(&numbers, &EN, palette);
        let element = document().get_element_by_id(id).ok_or("its element is gone")?;
        DRAWN.with_borrow_mut(|drawn| {
            if let Some((of, echarts)) = drawn.get(id)
                && *of == element
            {
                WasmRenderer::update(echarts, &chart);
                return Ok(());
            }
            let echarts = WasmRenderer::new_opt(None, None).render(id, &chart).map_err(|error| format!("{error:?}"))?;
            drawn.insert(id, (element, echarts));
            Ok(())
        })
    }

    fn is_dark() -> bool {
        match document().document_element().and_then(|root| root.get_attribute("data-theme")).as_deref() {
            Some("dark") => true,
            Some("light") => false,
            _ => {
                window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches())
            }
        }
    }

    fn load() -> js_sys::Promise {
        js_sys::Promise::new(&mut |resolve, reject| {
            if insert_script(&resolve, &reject).is_none() {
                _ = reject.call1(&JsValue::NULL, &"the page has no head".into());
            }
        })
    }

    fn insert_script(resolve: &js_sys::Function, reject: &js_sys::Function) -> Option<()> {
        let root = document().document_element()?;
        let version = root.get_attribute("data-pkg").unwrap_or_default();
        let script: web_sys::HtmlScriptElement = document().create_element("script").ok()?.dyn_into().ok()?;
        script.set_src(&format!("/charts/echarts.js?v={}", version.rsplit('/').next().unwrap_or_default()));
        script.set_onload(Some(resolve));
        script.set_onerror(Some(reject));
        document().head()?.append_child(&script).ok()?;
        Some(())
    }
}
