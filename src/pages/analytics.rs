//! The analyses (R12–R16): staff pick which to see, in which order and how wide, and over what period; each is a chart, its
//! definition and a table.

use super::{learning::LearningCard, ticket::follow};
use crate::{
    api::analytics::{SetTarget, get_analysis, known_analyses, list_analyses},
    app::{entered_as_staff, set_status, use_refetch},
    components::{
        chart::{ChartView, save_picture},
        dom,
        failure::{FormFailure, ReadFailure, Skeleton, use_failure},
        heading::Heading,
        layout::PageHead,
        numbers::FigureTable,
        staff_only::StaffOnly,
        time::Moment,
    },
    domain::{
        category::Category,
        figure::{Card, Choice, Setting},
        period::{Period, Unit},
        role::Role,
    },
    live::{Live, LiveNote, use_live},
    texts::{fill, texts},
};
use leptos::prelude::*;
use leptos_router::{components::Form, hooks::use_query_map, params::ParamsMap};
use std::time::Duration;

/// Hours and days that people ask for.
const PRESETS: [(u32, Unit); 6] =
    [(1, Unit::Hours), (24, Unit::Hours), (3, Unit::Days), (7, Unit::Days), (30, Unit::Days), (365, Unit::Days)];
/// What is shown until something else is picked.
const USUAL: [&str; 4] = ["backlog", "resolution", "categories", "flow"];
/// How often the services are asked while nothing happens, so that one that is gone is seen to be.
/// It may take a second to say so, and is to be marked within five.
const GLANCE: Duration = Duration::from_secs(3);
/// Where somebody reads with the keyboard, or points: numbers there change when they have gone.
const READING: &str = ".analyses :focus-visible";

/// `/helpdesk/analytics?show=…&wide=…&count=…&unit=…&category=…&place=…`.
#[component]
pub fn AnalyticsPage() -> impl IntoView {
    staff_page(|| view! { <Analyses /> }.into_any())
}

/// `/helpdesk/analytics/wall?…`: the same cards alone, as large as they can be, for a screen on a wall.
#[component]
pub fn WallPage() -> impl IntoView {
    staff_page(|| view! { <Wall /> }.into_any())
}

fn staff_page(content: fn() -> AnyView) -> impl IntoView {
    let texts = texts();
    // Said once for the page, which would else say it in each of its cards.
    let content = if SharedValue::new(entered_as_staff).into_inner() {
        content()
    } else {
        set_status(403);
        view! { <StaffOnly /> }.into_any()
    };
    view! {
        <PageHead title=texts.analytics_title />
        <Heading>{texts.analytics_title}</Heading>
        {content}
    }
}

#[component]
fn Analyses() -> impl IntoView {
    let texts = texts();
    let query = use_query_map();
    let chosen = Memo::new(move |_| Chosen::of(&query.read()));
    let live = use_live(Role::Staff, None, READING);
    view! {
        <LiveNote live />
        <p class="lead">
            {texts.analytics_lead}" "
            <a href=move || chosen.read().href().replacen("analytics", "analytics/wall", 1)>{texts.analytics_wall}</a>
        </p>
        {of_choices(move |choices| view! { <Picker choices=choices.clone() chosen /><Cards choices chosen live /> }.into_any())}
        <LearningCard />
    }
}

#[component]
fn Wall() -> impl IntoView {
    let query = use_query_map();
    let chosen = Memo::new(move |_| Chosen::of(&query.read()));
    let live = use_live(Role::Staff, None, READING);
    view! {
        <LiveNote live />
        <div class="wall">
            {of_choices(move |choices| view! { <Cards choices chosen live /> }.into_any())}
            <p class="wall-way"><a href=move || chosen.read().href()>{texts().analytics_title}</a></p>
        </div>
    }
}

/// What is made of the analyses that there are: the server knows them, the browser has to ask. They are no resource, because
/// each card has one of its own: what is read within a reading is drawn over and over.
fn of_choices(shown: impl Fn(Vec<Choice>) -> AnyView + Send + 'static) -> impl IntoView {
    let choices = RwSignal::new(Ok(SharedValue::new(known_analyses).into_inner()));
    Effect::new(move || {
        if matches!(&*choices.read_untracked(), Ok(known) if known.is_empty()) {
            leptos::task::spawn_local(async move {
                _ = choices.try_set(list_analyses().await);
            });
        }
    });
    move || match choices.get() {
        Ok(choices) if choices.is_empty() => view! { <Skeleton lines=20 /> }.into_any(),
        Ok(choices) => shown(choices),
        Err(error) => view! { <ReadFailure error /> }.into_any(),
    }
}

/// Rises every few seconds while the page is looked at.
fn use_glances() -> RwSignal<u32> {
    let looked = RwSignal::new(0);
    Effect::new(move || {
        let look = move || {
            if !dom::is_hidden() && dom::count(READING) == 0 {
                looked.update(|looked| *looked += 1);
            }
        };
        if let Ok(glances) = set_interval_with_handle(look, GLANCE) {
            on_cleanup(move || glances.clear());
        }
    });
    looked
}

/// What the address says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Chosen {
    /// The analyses, in their order.
    show: Vec<String>,
    /// Those that take the whole width.
    wide: Vec<String>,
    /// The period, as a word; what it cannot be is for the services to say.
    last: String,
    category: Option<Category>,
    /// A place, as it was written; empty for all.
    place: String,
}

impl Chosen {
    fn of(query: &ParamsMap) -> Self {
        let words = |name: &str| -> Option<Vec<String>> {
            let all = query.get_all(name)?;
            Some(
                all.iter()
                    .flat_map(|words| words.split(','))
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned)
                    .collect(),
            )
        };
        let (count, unit) = (query.get("count"), query.get("unit"));
        // A form in which nothing is ticked says nothing of it.
        let show = words("show").unwrap_or_else(|| match count {
            Some(_) => Vec::new(),
            None => USUAL.map(str::to_owned).into(),
        });
        let unit = unit.filter(|unit| unit == "d").map_or("h", |_| "d");
        Self {
            show,
            wide: words("wide").unwrap_or_default(),
            last: count.map_or_else(|| Period::MONTH.to_string(), |count| format!("{}{unit}", count.trim())),
            category: query.get_str("category").and_then(Category::from_slug),
            place: query.get("place").unwrap_or_default().trim().to_owned(),
        }
    }

    /// Its address.
    fn href(&self) -> String {
        let mut href = format!("/helpdesk/analytics?show={}", self.show.join(","));
        if !self.wide.is_empty() {
            href.extend(["&wide=", &self.wide.join(",")]);
        }
        if let Ok(period) = Period::parse(&self.last) {
            let unit = if period.unit() == Unit::Days { "d" } else { "h" };
            href.extend(["&count=", &period.count().to_string(), "&unit=", unit]);
        }
        if let Some(category) = self.category {
            href.extend(["&category=", category.slug()]);
        }
        if !self.place.is_empty() {
            href.extend(["&place=", &escape(&self.place)]);
        }
        href
    }

    /// What the services are asked.
    fn question(&self) -> String {
        let category = self.category.map_or_else(String::new, |category| format!("&category={}", category.slug()));
        let place = if self.place.is_empty() { String::new() } else { format!("&place={}", escape(&self.place)) };
        format!("last={}{category}{place}", escape(&self.last))
    }

    fn is_wide(&self, slug: &str) -> bool {
        self.wide.iter().any(|wide| wide == slug)
    }

    /// With a card one place nearer to the front, or to the end.
    fn moved(&self, slug: &str, later: bool) -> Option<Self> {
        let at = self.show.iter().position(|shown| shown == slug)?;
        let to = if later { at + 1 } else { at.checked_sub(1)? };
        let mut moved = self.clone();
        (to < moved.show.len()).then(|| moved.show.swap(at, to))?;
        Some(moved)
    }

    /// With a card over the whole width, or not any more.
    fn resized(&self, slug: &str) -> Self {
        let mut resized = self.clone();
        if self.is_wide(slug) {
            resized.wide.retain(|wide| wide != slug);
        } else {
            resized.wide.push(slug.to_owned());
        }
        resized
    }
}

/// A word of the address within another: what a person typed may be anything.
fn escape(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    word.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Which analyses, and one period and category for all of them.
#[component]
fn Picker(choices: Vec<Choice>, chosen: Memo<Chosen>) -> impl IntoView {
    let texts = texts();
    let last = move || chosen.read().last.clone();
    let count = move || last().trim_end_matches(['h', 'd']).to_owned();
    let days = move || last().ends_with('d');
    let preset = move |(count, unit): (u32, Unit)| {
        let word = format!("{count}{}", if unit == Unit::Days { "d" } else { "h" });
        let name = match unit {
            Unit::Hours => texts.counted(count.into(), texts.hours_one, texts.hours_other),
            Unit::Days => texts.counted(count.into(), texts.days_one, texts.days_other),
        };
        let with = word.clone();
        let href = move || Chosen { last: with.clone(), ..chosen.get() }.href();
        let current = move || (last() == word).then_some("true");
        view! { <li><a class="chip" href=href aria-current=current>{name}</a></li> }
    };
    // In the order in which they are shown, so that the form sends them so.
    let in_order = move || {
        let chosen = chosen.read();
        let place = |choice: &Choice| chosen.show.iter().position(|slug| *slug == choice.slug).unwrap_or(usize::MAX);
        let mut choices = choices.clone();
        choices.sort_by_key(place);
        choices
    };
    let place_of = move || chosen.read().place.clone();
    let (counted, placed) = (NodeRef::new(), NodeRef::new());
    dom::use_value(counted, count);
    dom::use_value(placed, place_of);
    let category = move |category: Category| {
        let selected = move || chosen.read().category == Some(category);
        view! { <option value=category.slug() selected=selected>{texts.category(category)}</option> }
    };
    view! {
        <Form method="GET" action="" attr:class="picker">
            <fieldset>
                <legend>{texts.analytics_pick}</legend>
                <For each=in_order key=|choice| choice.slug.clone() let:choice>
                    {
                        let slug = choice.slug.clone();
                        let (checked, tick) = (Memo::new(move |_| chosen.read().show.contains(&slug)), NodeRef::new());
                        dom::use_tick(tick, move || checked.get());
                        view! {
                            <label class="check">
                                <input type="checkbox" name="show" value=choice.slug checked=checked node_ref=tick />
                                {choice.name}
                            </label>
                        }
                    }
                </For>
            </fieldset>
            <fieldset>
                <legend>{texts.analytics_period}</legend>
                <label for="count">{texts.analytics_last}</label>
                <input id="count" class="count" type="number" name="count" min="1" max=Period::MAX_HOURS.to_string() required
                    inputmode="numeric" value=count node_ref=counted />
                <select name="unit" aria-label=format!("{}, {}", texts.analytics_hours, texts.analytics_days)>
                    <option value="h" selected=move || !days()>{texts.analytics_hours}</option>
                    <option value="d" selected=days>{texts.analytics_days}</option>
                </select>
                <ul class="chips" aria-label=texts.analytics_presets>{PRESETS.map(preset).into_iter().collect_view()}</ul>
            </fieldset>
            <fieldset>
                <legend>{texts.column_category}</legend>
                <select name="category" aria-label=texts.column_category>
                    <option value="" selected=move || chosen.read().category.is_none()>{texts.analytics_all}</option>
                    {Category::ALL.map(category).into_iter().collect_view()}
                </select>
            </fieldset>
            <fieldset>
                <legend>{texts.column_place}</legend>
                <input class="place-filter" type="text" name="place" maxlength="120" aria-label=texts.column_place placeholder=texts.analytics_anywhere
                    value=place_of node_ref=placed />
            </fieldset>
            {move || {
                let wide = chosen.read().wide.join(",");
                (!wide.is_empty()).then(|| view! { <input type="hidden" name="wide" value=wide /> })
            }}
            <button class="button button-primary">{texts.analytics_show}</button>
        </Form>
    }
}

/// The analyses that are picked.
#[component]
fn Cards(choices: Vec<Choice>, chosen: Memo<Chosen>, live: Live) -> impl IntoView {
    let (texts, glances) = (texts(), use_glances());
    let shown = move || {
        let chosen = chosen.read();
        let of = |slug: &String| choices.iter().find(|choice| choice.slug == *slug).cloned();
        chosen.show.iter().filter_map(of).collect::<Vec<_>>()
    };
    view! {
        <div class="analyses">
            {move || chosen.read().show.is_empty().then(|| view! { <div class="state"><p>{texts.analytics_none}</p></div> })}
            <For each=shown key=|choice| choice.slug.clone() let:choice><AnalysisCard choice chosen live glances /></For>
        </div>
    }
}

/// One analysis: name, definition, chart, table.
#[component]
fn AnalysisCard(choice: Choice, chosen: Memo<Chosen>, live: Live, glances: RwSignal<u32>) -> impl IntoView {
    let (texts, refetch) = (texts(), use_refetch());
    let Choice { slug, name, definition } = choice;
    let question = Memo::new(move |_| chosen.read().question());
    let asked = slug.clone();
    let answer = Resource::new(
        move || (question.get(), refetch.0.get(), glances.get()),
        move |(query, ..)| get_analysis(asked.clone(), query),
    );
    let drawing = Memo::new(move |_| match answer.get() {
        Some(Ok(Card { figure, .. })) => Some(figure.drawing),
        _ => None,
    });
    // A chart that was drawn stays while its numbers are asked for again.
    let drawn = RwSignal::new(None);
    Effect::new(move || {
        if let Some(drawing) = drawing.get() {
            drawn.set(Some(drawing));
        }
    });
    let stale = Memo::new(move |_| matches!(answer.get(), Some(Ok(Card { stale_since: Some(_), .. }))));
    let of = slug.clone();
    let wide = Memo::new(move |_| chosen.read().is_wide(&of));
    let (chart, heading, label) = (format!("chart-{slug}"), format!("chart-{slug}-name"), name.clone());
    let (id, labelled_by, shown) = (slug.clone(), heading.clone(), name.clone());
    view! {
        <section class="analysis" class:analysis-wide=wide class:stale=stale id=id aria-labelledby=labelled_by>
            <h2 id=heading>{name.clone()}</h2>
            <p class="definition">{definition}</p>
            <ChartView id=chart name=label drawing=drawn />
            <Transition fallback=|| view! { <Skeleton lines=3 /> }>
                {move || {
                    let shown = shown.clone();
                    Suspend::new(async move {
                    match answer.await {
                        Ok(Card { as_of, through, stale_since, figure }) => {
                            live.drawn(through);
                            view! {
                                {stale_since.map(|since| view! {
                                    <p class="stale-since" role="status">{texts.analytics_stale}" "<Moment at=since /></p>
                                })}
                                <p class="as-of">
                                    {texts.analytics_as_of}" "<Moment at=as_of />
                                    " "<a href="" rel="external" on:click=move |event| {
                                        event.prevent_default();
                                        refetch.notify();
                                    }>{texts.analytics_reload}</a>
                                </p>
                                {figure.notes.into_iter().map(|note| view! { <p class="hint">{note}</p> }).collect_view()}
                                {figure.setting.map(|setting| view! { <SettingForm setting /> })}
                                <FigureTable name=shown table=figure.table />
                            }.into_any()
                        }
                        Err(error) => view! { <ReadFailure error /> }.into_any(),
                    }
                })}}
            </Transition>
            <CardTools slug name chosen />
        </section>
    }
}

/// What staff may choose for an analysis.
#[component]
fn SettingForm(setting: Setting) -> impl IntoView {
    let (texts, refetch) = (texts(), use_refetch());
    let set = ServerAction::<SetTarget>::new();
    let error = use_failure(set);
    follow(set, move || refetch.notify());
    let Setting { name, value, options } = setting;
    let option = |(word, name): (String, String)| {
        let selected = word == value;
        view! { <option value=word selected=selected>{name}</option> }
    };
    let options = options.into_iter().map(option).collect_view();
    view! {
        <ActionForm action=set attr:class="setting">
            <FormFailure error />
            <label>{name}" "<select name="target">{options}</select></label>
            <button class="button button-small">{texts.analytics_set}</button>
        </ActionForm>
    }
}

/// Order, size and downloads of a card: plain links, each of them a page.
#[component]
fn CardTools(slug: String, name: String, chosen: Memo<Chosen>) -> impl IntoView {
    let texts = texts();
    let link = {
        let slug = slug.clone();
        move |later: bool, text: &'static str| {
            let slug = slug.clone();
            move || chosen.read().moved(&slug, later).map(|moved| view! { <a href=moved.href()>{text}</a> })
        }
    };
    let size = {
        let slug = slug.clone();
        move || {
            let chosen = chosen.read();
            let text = if chosen.is_wide(&slug) { texts.analytics_narrower } else { texts.analytics_wider };
            view! { <a href=chosen.resized(&slug).href()>{text}</a> }
        }
    };
    let (live, chart) = (dom::use_is_live(), format!("chart-{slug}"));
    let picture = move |_| save_picture(&chart);
    let csv = move || format!("/helpdesk/analytics/{slug}.csv?{}", chosen.read().question());
    view! {
        <p class="card-tools" role="group" aria-label=fill(texts.analytics_tools, &[("name", &name)])>
            {link(false, texts.analytics_earlier)}
            {link(true, texts.analytics_later)}
            {size}
            <a href=csv rel="external" download="">{texts.analytics_csv}</a>
            <Show when=move || live.get()>
                <button type="button" class="link" on:click=picture.clone()>{texts.analytics_png}</button>
            </Show>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(query: &str) -> Chosen {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        Chosen::of(&pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    #[test]
    fn r16_the_address_says_what_is_shown_in_which_order_and_how_wide() {
        let read = chosen("show=flow,backlog&wide=flow&count=7&unit=d&category=technical-it");
        assert_eq!((read.show.len(), read.is_wide("flow"), read.is_wide("backlog")), (2, true, false));
        assert_eq!(read.question(), "last=7d&category=technical-it");
        assert_eq!(chosen(read.href().split_once('?').unwrap().1), read);
        assert_eq!(chosen("").show, USUAL);
        assert_eq!(chosen("count=24&unit=h").show, Vec::<String>::new());
        assert_eq!(chosen("show=backlog&show=hours&count=1&unit=h").show, ["backlog", "hours"]);
    }

    #[test]
    fn r16_cards_move_by_a_place_and_not_beyond_the_ends() {
        let read = chosen("show=a,b,c");
        assert_eq!(read.moved("b", true).unwrap().show, ["a", "c", "b"]);
        assert_eq!(read.moved("b", false).unwrap().show, ["b", "a", "c"]);
        assert_eq!((read.moved("a", false), read.moved("c", true), read.moved("d", true)), (None, None, None));
        let wide = read.resized("b");
        assert!(wide.is_wide("b") && !wide.resized("b").is_wide("b"));
    }

    #[test]
    fn what_a_person_typed_stays_within_its_parameter() {
        assert_eq!(chosen("count=7&unit=d").question(), "last=7d");
        assert_eq!(Chosen { last: "1&x=é".to_owned(), ..chosen("") }.question(), "last=1%26x%3D%C3%A9");
    }
}
