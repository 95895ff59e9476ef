//! The header with the way between pages and roles, and the footer with the theme.

use super::{
    dom,
    icons::{Glyph, Icon},
};
use crate::{
    api::preferences::{SetLanguage, SetTheme},
    app::{Theme, area, home, remembered_theme},
    domain::{language::Language, role::Role},
    texts::texts,
};
use leptos::{ev, prelude::*, server_fn::ServerFn, text_prop::TextProp};
use leptos_meta::Title;
use leptos_router::{components::A, hooks::use_location};

/// What every page begins with: its title, and the mark that it is live, for style and tests.
#[component]
pub fn PageHead(
    /// What the page is called; the product's name follows it.
    #[prop(into)]
    title: Signal<String>,
    /// How much of what the page shows is unread.
    #[prop(optional, into)]
    unread: Option<Signal<usize>>,
    /// Whether it is one that people work on all day, on a large screen. Its style must know that before it draws the
    /// rest: a page that is told so at its end moves under the eyes.
    #[prop(optional)]
    dense: bool,
) -> impl IntoView {
    let product = texts().product;
    let whole =
        move |title: String| if title.is_empty() { product.to_owned() } else { format!("{title} · {product}") };
    // A server writes the head last, when the signals of the page may be gone: there the title is read now.
    let title: TextProp = if cfg!(feature = "ssr") {
        whole(title.get_untracked()).into()
    } else {
        let count = move || unread.map_or(0, |unread| unread.get());
        (move || match count() {
            0 => whole(title.get()),
            count => format!("({count}) {}", whole(title.get())),
        })
        .into()
    };
    Effect::new(|| {
        if let Some(root) = document().document_element() {
            _ = root.set_attribute("data-hydrated", "");
        }
    });
    view! {
        <Title text=title />
        {dense.then(|| view! { <span class="dense" hidden></span> })}
    }
}

/// Product, pages of the role whose page is shown, and the switch to the other role.
#[component]
pub fn Header() -> impl IntoView {
    let texts = texts();
    let path = use_location().pathname;
    let area = Memo::new(move |_| area(&path.read()));
    let links = move || {
        area.get().map(|role| match role {
            Role::Requester => view! {
                <A href="/tickets/new" exact=true><Glyph icon=Icon::Report /><span>{texts.nav_report}</span></A>
                <A href="/tickets" exact=true><Glyph icon=Icon::List /><span>{texts.nav_reports}</span></A>
            }
            .into_any(),
            Role::Staff => view! {
                <A href="/helpdesk" exact=true><Glyph icon=Icon::Board /><span>{texts.nav_board}</span></A>
                <A href="/helpdesk/replies" exact=true><Glyph icon=Icon::Reply /><span>{texts.nav_replies}</span></A>
                <A href="/helpdesk/places" exact=true><Glyph icon=Icon::Place /><span>{texts.nav_places}</span></A>
                <A href="/helpdesk/analytics" exact=true><Glyph icon=Icon::Chart /><span>{texts.nav_analytics}</span></A>
            }
            .into_any(),
        })
    };
    view! {
        <header class="site-header">
            <a class="brand" href=move || area.get().map_or("/?switch", home)>
                <Glyph icon=Icon::Logo />
                <span>{texts.product}</span>
                {move || area.get().map(|role| view! {
                    <span class="brand-role">{match role {
                        Role::Requester => texts.role_requester,
                        Role::Staff => texts.role_staff,
                    }}</span>
                })}
            </a>
            <nav aria-label=texts.nav_label>{links}</nav>
            <a class="switch-role" href="/?switch"><Glyph icon=Icon::Switch /><span>{texts.switch_role}</span></a>
        </header>
    }
}

/// What is stored of whoever writes, and the switches of language and of light and dark.
#[component]
pub fn Footer() -> impl IntoView {
    let (texts, remembered) = (texts(), remembered_theme());
    // The same as the form does, without leaving the page and what is written on it.
    let choose = |event: ev::MouseEvent, theme: Theme| {
        if dom::choose_theme(theme.slug()) {
            event.prevent_default();
            let chosen = event_target::<web_sys::Element>(&event);
            if let Some(before) = dom::find(".theme-switch [aria-pressed=true]") {
                _ = before.set_attribute("aria-pressed", "false");
            }
            _ = chosen.set_attribute("aria-pressed", "true");
        }
    };
    view! {
        <footer class="site-footer">
            <p>{texts.source_note}</p>
            // A whole page in the other language: what is typed is kept on the device.
            <form method="post" action=SetLanguage::url() class="language-switch">
                <span id="language-label">{texts.language_label}</span>
                <div role="group" aria-labelledby="language-label">
                    {Language::ALL.map(|language| view! {
                        <button name="language" value=language.tag() lang=language.tag() aria-pressed=(language.tag() == texts.lang).to_string()>
                            {language.name()}
                        </button>
                    }).into_iter().collect_view()}
                </div>
            </form>
            <form method="post" action=SetTheme::url() class="theme-switch">
                <span id="theme-label">{texts.theme_label}</span>
                <div role="group" aria-labelledby="theme-label">
                    {Theme::ALL.map(|theme| view! {
                        <button name="theme" value=theme.slug() aria-pressed=(theme == remembered).to_string() on:click=move |event| choose(event, theme)>
                            {match theme {
                                Theme::Auto => texts.theme_auto,
                                Theme::Light => texts.theme_light,
                                Theme::Dark => texts.theme_dark,
                            }}
                        </button>
                    }).into_iter().collect_view()}
                </div>
            </form>
        </footer>
    }
}
