//! Draws an analysis in the browser. The drawing code and ECharts are fetched when the first chart is.

use crate::{
    domain::figure::Drawing,
    texts::{fill, texts},
};
use leptos::{ev, html::Div, prelude::*, web_sys};

/// The chart's place, in its final size from the first paint on; drawn once its numbers are here, updated when they
/// change, and drawn anew in the colours of another theme. Without script, and until it is drawn, the table beside it says
/// the same.
#[component]
pub fn ChartView(
    /// The id of its element.
    id: String,
    /// Of what it is.
    #[prop(into)]
    name: Signal<String>,
    /// What is drawn, none until it is here.
    #[prop(into)]
    drawing: Signal<Option<Drawing>>,
) -> impl IntoView {
    let (failed, recoloured, place) = (RwSignal::new(false), Trigger::new(), NodeRef::<Div>::new());
    let of = id.clone();
    Effect::new(move || {
        recoloured.track();
        if let (Some(drawing), Some(element)) = (drawing.get(), place.get()) {
            let id = of.clone();
            leptos::task::spawn_local(async move {
                let is_there = move || failed.try_get_untracked().is_some();
                if !browser::is_placed(&id, &element, is_there).await {
                    return;
                }
                if let Err(error) = browser::draw(&id, drawing).await
                    && is_there()
                {
                    leptos::logging::error!("{id}: {error}");
                    failed.set(true);
                }
            });
        }
    });
    // The element's own colour changes with the theme, whoever changes it, the page or the system. What moves within it, the
    // label under the pointer, changes no colours.
    let own = id.clone();
    let turned = move |event: ev::TransitionEvent| {
        if event_target::<web_sys::Element>(&event).id() == own {
            recoloured.notify();
        }
    };
    let texts = texts();
    view! {
        <div id=id node_ref=place class="chart" role="img" aria-label=move || fill(texts.chart_label, &[("name", &name.read())]) on:transitionend=turned></div>
        <p class="hint chart-failed" hidden=move || !failed.get()>{texts.analytics_chart_failed}</p>
    }
}

/// Saves a chart that was drawn, as a picture.
pub fn save_picture(id: &str) {
    browser::save(id);
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    //! The server draws nothing.
    use crate::domain::figure::Drawing;
    use leptos::web_sys;

    pub(super) async fn is_placed(_: &str, _: &web_sys::HtmlDivElement, _: impl Fn() -> bool) -> bool {
        std::future::ready(false).await
    }

    pub(super) async fn draw(_: &str, _: Drawing) -> Result<(), String> {
        std::future::ready(Ok(())).await
    }

    pub(super) fn save(_: &str) {}
}

#[cfg(feature = "hydrate")]
mod browser {
    //! Fetching ECharts, drawing and updating.
    use crate::{
        charts::{Palette, chart},
        components::dom,
        domain::figure::{Drawing, Shape},
    };
    use charming::renderer::{Echarts, WasmRenderer};
    use leptos::prelude::*;
    use std::{cell::RefCell, collections::HashMap};
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use wasm_bindgen_futures::JsFuture;

    thread_local! {
        /// The charts drawn so far, by the id of their element: they are updated, not drawn anew.
        static DRAWN: RefCell<HashMap<String, Drawn>> = RefCell::new(HashMap::new());
        /// The script on its way or here.
        static SCRIPT: RefCell<Option<js_sys::Promise>> = const { RefCell::new(None) };
    }

    struct Drawn {
        element: web_sys::Element,
        echarts: Echarts,
        drawing: Drawing,
        _on_click: Closure<dyn Fn(JsValue)>,
    }

    /// Waits until an element is the page's, with the size that it has there; whether it came to that while `is_there` held.
    /// A page that is being left may have one of the same name.
    pub(super) async fn is_placed(id: &str, element: &web_sys::HtmlDivElement, is_there: impl Fn() -> bool) -> bool {
        loop {
            let frame = js_sys::Promise::new(&mut |resolve, _| _ = window().request_animation_frame(&resolve));
            _ = JsFuture::from(frame).await;
            if !is_there() {
                return false;
            }
            let placed = document().get_element_by_id(id);
            if placed.is_some_and(|placed| placed.is_same_node(Some(element))) {
                return true;
            }
        }
    }

    pub(super) async fn draw(id: &str, drawing: Drawing) -> Result<(), String> {
        JsFuture::from(SCRIPT.with_borrow_mut(|script| script.get_or_insert_with(load).clone()))
            .await
            .map_err(|error| format!("ECharts did not load: {error:?}"))?;
        draw_with_charming(id.to_owned(), drawing).await
    }

    #[lazy]
    async fn draw_with_charming(id: String, drawing: Drawing) -> Result<(), String> {
        let palette = if is_dark() { Palette::DARK } else { Palette::LIGHT };
        let palette = Palette { size: palette.size * scale(), ..palette };
        let chart = chart(&drawing, palette);
        let element = document().get_element_by_id(&id).ok_or("its element is gone")?;
        DRAWN.with_borrow_mut(|drawn| {
            if let Some(drawn) = drawn.get_mut(&id)
                && drawn.element == element
            {
                WasmRenderer::update(&drawn.echarts, &chart);
                drawn.drawing = drawing;
                return Ok(());
            }
            let echarts =
                WasmRenderer::new_opt(None, None).render(&id, &chart).map_err(|error| format!("{error:?}"))?;
            let of = id.clone();
            let on_click = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
                let href = DRAWN.with_borrow(|drawn| drawn.get(&of).and_then(|drawn| href(&drawn.drawing, &event)));
                if let Some(href) = href {
                    dom::follow_link(&href);
                }
            });
            listen(&echarts, &on_click).map_err(|error| format!("{error:?}"))?;
            let before = drawn.insert(id, Drawn { element, echarts, drawing, _on_click: on_click });
            // That of a page that was left.
            if let Some(before) = before {
                _ = method(&before.echarts, "dispose").and_then(|dispose| dispose.call0(before.echarts.as_ref()));
            }
            Ok(())
        })
    }

    pub(super) fn save(id: &str) {
        let picture = DRAWN.with_borrow(|drawn| drawn.get(id).and_then(|drawn| picture(&drawn.echarts).ok()));
        if let Some(picture) = picture {
            dom::save(&picture, &format!("{id}.png"));
        }
    }

    /// The chart as the address of a picture, twice as fine as it is seen, on the colour that it stands on.
    fn picture(echarts: &Echarts) -> Result<String, JsValue> {
        let get = method(echarts, "getDataURL")?;
        let (how, ground) = (js_sys::Object::new(), if is_dark() { "#181b22" } else { "#ffffff" });
        for (name, value) in [("type", "png".into()), ("pixelRatio", 2.into()), ("backgroundColor", ground.into())] {
            js_sys::Reflect::set(&how, &name.into(), &value)?;
        }
        get.call1(echarts.as_ref(), &how)?.as_string().ok_or(JsValue::NULL)
    }

    fn method(echarts: &Echarts, name: &str) -> Result<js_sys::Function, JsValue> {
        js_sys::Reflect::get(echarts.as_ref(), &name.into())?.dyn_into()
    }

    fn listen(echarts: &Echarts, on_click: &Closure<dyn Fn(JsValue)>) -> Result<(), JsValue> {
        method(echarts, "on")?.call2(echarts.as_ref(), &"click".into(), on_click.as_ref())?;
        Ok(())
    }

    /// Where the tickets are that what was pressed counts.
    fn href(drawing: &Drawing, event: &JsValue) -> Option<String> {
        let field = |name: &str| js_sys::Reflect::get(event, &name.into()).ok();
        let text = |name: &str| field(name)?.as_string();
        if drawing.shape == Shape::Heat {
            // A cell's value is its column, its row from below, and its number.
            let cell: js_sys::Array = field("value")?.dyn_into().ok()?;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a chart")]
            let at = |index| cell.get(index).as_f64().map(|at| at as usize);
            let row = drawing.series.len().checked_sub(1 + at(1)?)?;
            return drawing.series.get(row)?.hrefs.get(at(0)?)?.clone();
        }
        let (series, label) = (text("seriesName")?, text("name")?);
        let series = drawing.series.iter().find(|one| one.name == series)?;
        let at = drawing.labels.iter().position(|one| *one == label)?;
        series.hrefs.get(at)?.clone()
    }

    /// How large the page's words are, of the usual size: larger on a wall, or where the reader wants them so.
    fn scale() -> f64 {
        let root = document().document_element();
        let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
        let size = style.and_then(|style| style.get_property_value("font-size").ok());
        size.and_then(|size| size.trim_end_matches("px").parse::<f64>().ok()).map_or(1.0, |size| size / 16.0)
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
