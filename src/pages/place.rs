//! A place's own address, as it stands on a poster: what is reported there already, and the form with the place filled in.

use super::report::Report;
use crate::{
    api::places::get_place,
    components::{
        failure::{ReadFailure, Skeleton},
        list::TicketCard,
    },
    domain::place::PlaceView,
    texts::{fill, texts},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// `/r/{place}`, by its name or by the words of it.
#[component]
pub fn PlacePage() -> impl IntoView {
    let params = use_params_map();
    let step = Memo::new(move |_| params.read().get("place").unwrap_or_default());
    let place = Resource::new(move || step.get(), get_place);
    view! {
        <Transition fallback=|| view! { <Skeleton lines=12 /> }>
            {move || Suspend::new(async move {
                match place.await {
                    Ok(PlaceView { name, tickets, more }) => {
                        let open = (!tickets.is_empty()).then(|| {
                            let texts = texts();
                            let all = more.then(|| view! { <p><a href="/tickets">{texts.nav_reports}</a></p> });
                            view! {
                                <section class="narrow here-already" aria-labelledby="here-already">
                                    <h2 id="here-already">{fill(texts.place_open, &[("place", &name)])}</h2>
                                    <ul class="cards">{tickets.into_iter().map(|ticket| view! { <TicketCard ticket /> }).collect_view()}</ul>
                                    {all}
                                </section>
                            }
                            .into_any()
                        });
                        view! { <Report again=None place=name above=open /> }.into_any()
                    }
                    Err(error) => view! { <ReadFailure error /> }.into_any(),
                }
            })}
        </Transition>
    }
}
