//! The analyses (R12–R16): staff pick which to see and over what period; each is a chart, its definition and a table.

use super::learning::LearningCard;
use crate::{
    api::analytics::{get_backlog, get_categories, get_resolution},
    app::{entered_as_staff, set_status, use_refetch},
    charts::Numbers,
    components::heading::Heading,
    components::layout::PageHead,
    components::{
        chart::ChartView,
        failure::{ReadFailure, Skeleton},
        numbers::NumbersTable,
        staff_only::StaffOnly,
        time::Moment,
    },
    domain::{
        analytics::{Analysis, Backlog, Categories, Period, Resolution, Unit},
        time::Timestamp,
    },
    error::AppError,
    texts::{fill, texts},
};
use leptos::prelude::*;
use leptos_router::{components::Form, hooks::use_query_map, params::ParamsMap};

/// Hours and days that people ask for.
const PRESETS: [(&str, &str); 6] = [("1", "h"), ("24", "h"), ("3", "d"), ("7", "d"), ("30", "d"), ("365", "d")];

/// `/helpdesk/analytics?show=…&count=…&unit=…`.
#[component]
pub fn AnalyticsPage() -> impl IntoView {
    let texts = texts();
    // Said once for the page, which would else say it in each of its cards.
    let staff = SharedValue::new(entered_as_staff).into_inner();
    let content = if staff {
        view! { <Analyses /> }.into_any()
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
    let shown = Memo::new(move |_| picked(&query.read()));
    let last = Memo::new(move |_| period(&query.read()));
    view! {
        <p class="lead">{texts.analytics_lead}</p>
        <Picker shown last />
        <Cards shown last />
        <LearningCard />
    }
}

/// The analyses that are picked.
#[component]
fn Cards(shown: Memo<Vec<Analysis>>, last: Memo<String>) -> impl IntoView {
    let texts = texts();
    view! {
        <div class="analyses">
            {move || shown.read().is_empty().then(|| view! { <div class="state"><p>{texts.analytics_none}</p></div> })}
            <Show when=move || shown.read().contains(&Analysis::Backlog)><BacklogCard last /></Show>
            <Show when=move || shown.read().contains(&Analysis::Resolution)><ResolutionCard /></Show>
            <Show when=move || shown.read().contains(&Analysis::Categories)><CategoriesCard /></Show>
        </div>
    }
}

/// The analyses that the address picks: all of them when it says nothing.
fn picked(query: &ParamsMap) -> Vec<Analysis> {
    let Some(shown) = query.get_all("show") else {
        return if query.get("count").is_some() { Vec::new() } else { Analysis::ALL.to_vec() };
    };
    let words: Vec<_> = shown.iter().flat_map(|words| words.split(',')).collect();
    Analysis::ALL.into_iter().filter(|analysis| words.contains(&analysis.slug())).collect()
}

/// The period of the address, as a word; what it cannot be is for the service to say.
fn period(query: &ParamsMap) -> String {
    match (query.get("count"), query.get("unit")) {
        (None, None) => Period::DEFAULT.to_string(),
        (count, unit) => {
            let unit = unit.filter(|unit| unit == "d").map_or("h", |_| "d");
            format!("{}{unit}", count.unwrap_or_default().trim())
        }
    }
}

/// Which analyses, and one period for all of them.
#[component]
fn Picker(shown: Memo<Vec<Analysis>>, last: Memo<String>) -> impl IntoView {
    let texts = texts();
    let count = move || last.read().trim_end_matches(['h', 'd']).to_owned();
    let days = move || last.read().ends_with('d');
    let preset = move |(count, unit): (&'static str, &'static str)| {
        let href = move || {
            let shown = shown.read().iter().map(|analysis| analysis.slug()).collect::<Vec<_>>().join(",");
            format!("?show={shown}&count={count}&unit={unit}")
        };
        let name = count.parse().map_or_else(
            |_| String::new(),
            |n| match unit {
                "h" => texts.counted(n, texts.hours_one, texts.hours_other),
                _ => texts.counted(n, texts.days_one, texts.days_other),
            },
        );
        let current = move || (*last.read() == format!("{count}{unit}")).then_some("true");
        view! { <li><a class="chip" href=href aria-current=current>{name}</a></li> }
    };
    view! {
        <Form method="GET" action="" attr:class="picker">
            <fieldset>
                <legend>{texts.analytics_pick}</legend>
                {Analysis::ALL.map(|analysis| {
                    let checked = move || shown.read().contains(&analysis);
                    view! {
                        <label class="check">
                            <input type="checkbox" name="show" value=analysis.slug() checked=checked prop:checked=checked />
                            {texts.analysis(analysis)}
                        </label>
                    }
                }).into_iter().collect_view()}
            </fieldset>
            <fieldset>
                <legend>{texts.analytics_period}</legend>
                <label for="count">{texts.analytics_last}</label>
                <input id="count" class="count" type="number" name="count" min="1" max=Period::MAX_HOURS.to_string() required
                    inputmode="numeric" value=count prop:value=count />
                <select name="unit" aria-label=format!("{}, {}", texts.analytics_hours, texts.analytics_days)>
                    <option value="h" selected=move || !days()>{texts.analytics_hours}</option>
                    <option value="d" selected=days>{texts.analytics_days}</option>
                </select>
                <ul class="chips" aria-label=texts.analytics_presets>{PRESETS.map(preset).into_iter().collect_view()}</ul>
            </fieldset>
            <button class="button button-primary">{texts.analytics_show}</button>
        </Form>
    }
}

/// One analysis: name, definition, chart, table.
#[component]
fn Card<T>(
    analysis: Analysis,
    chart: &'static str,
    answer: Resource<Result<T, AppError>>,
    numbers: fn(T) -> Numbers,
    table: fn(T) -> AnyView,
    as_of: fn(&T) -> Timestamp,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
{
    let (texts, refetch) = (texts(), use_refetch());
    let drawn = RwSignal::new(None);
    Effect::new(move || {
        if let Some(Ok(answer)) = answer.get() {
            drawn.set(Some(numbers(answer)));
        }
    });
    view! {
        <section class="analysis" aria-labelledby=format!("{chart}-name")>
            <h2 id=format!("{chart}-name")>{texts.analysis(analysis)}</h2>
            <p class="definition">{texts.definition(analysis)}</p>
            <ChartView id=chart name=texts.analysis(analysis) numbers=drawn />
            <Transition fallback=|| view! { <Skeleton lines=3 /> }>
                {move || Suspend::new(async move {
                    match answer.await {
                        Ok(answer) => view! {
                            <p class="as-of">
                                {texts.analytics_as_of}" "<Moment at=as_of(&answer) />
                                " "<a href="" rel="external" on:click=move |event| {
                                    event.prevent_default();
                                    refetch.notify();
                                }>{texts.analytics_reload}</a>
                            </p>
                            {table(answer)}
                        }.into_any(),
                        Err(error) => view! { <ReadFailure error /> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

#[component]
fn BacklogCard(last: Memo<String>) -> impl IntoView {
    let refetch = use_refetch();
    let answer = Resource::new(move || (last.get(), refetch.0.get()), |(last, _)| get_backlog(last));
    view! {
        <Card analysis=Analysis::Backlog chart="chart-backlog" answer numbers=Numbers::Backlog table=backlog_table
            as_of=|answer: &Backlog| answer.as_of />
    }
}

#[component]
fn ResolutionCard() -> impl IntoView {
    let refetch = use_refetch();
    let answer = Resource::new(move || refetch.0.get(), |_| get_resolution());
    view! {
        <Card analysis=Analysis::Resolution chart="chart-resolution" answer numbers=Numbers::Resolution table=resolution_table
            as_of=|answer: &Resolution| answer.as_of />
    }
}

#[component]
fn CategoriesCard() -> impl IntoView {
    let refetch = use_refetch();
    let answer = Resource::new(move || refetch.0.get(), |_| get_categories());
    view! {
        <Card analysis=Analysis::Categories chart="chart-categories" answer numbers=Numbers::Categories table=categories_table
            as_of=|answer: &Categories| answer.as_of />
    }
}

fn backlog_table(backlog: Backlog) -> AnyView {
    let texts = texts();
    let period = Period::parse(&backlog.last).map_or_else(
        |_| backlog.last.clone(),
        |period| {
            let n = i64::from(period.count());
            match period.unit() {
                Unit::Hours => texts.counted(n, texts.hours_one, texts.hours_other),
                Unit::Days => texts.counted(n, texts.days_one, texts.days_other),
            }
        },
    );
    view! {
        <table class="numbers">
            <caption class="visually-hidden">{texts.analytics_table}</caption>
            <thead><tr><th scope="col">{texts.backlog_period}</th><th scope="col" class="number">{texts.backlog_count}</th></tr></thead>
            <tbody><tr><th scope="row">{texts.analytics_last}" "{period}</th><td class="number">{backlog.opened_not_closed}</td></tr></tbody>
        </table>
    }
    .into_any()
}

fn resolution_table(resolution: Resolution) -> AnyView {
    let texts = texts();
    view! {
        <p class="hint">{fill(texts.resolution_zone, &[("zone", &resolution.time_zone)])}</p>
        <NumbersTable name=texts.analytics_table tall=true>
            <thead>
                <tr>
                    <th scope="col">{texts.resolution_month}</th>
                    <th scope="col" class="number">{texts.resolution_opened}</th>
                    <th scope="col" class="number">{texts.resolution_closed}</th>
                    <th scope="col" class="number">{texts.resolution_mean}</th>
                </tr>
            </thead>
            <tbody>
                {resolution.months.into_iter().rev().map(|month| view! {
                    <tr>
                        <th scope="row">{month.month}</th>
                        <td class="number">{month.opened}</td>
                        <td class="number">{month.closed}</td>
                        <td class="number">
                            {month.mean_seconds.map_or_else(|| texts.resolution_none.to_owned(), |seconds| texts.hours(seconds))}
                        </td>
                    </tr>
                }).collect_view()}
            </tbody>
        </NumbersTable>
    }
    .into_any()
}

fn categories_table(categories: Categories) -> AnyView {
    let texts = texts();
    view! {
        <table class="numbers">
            <caption class="visually-hidden">{texts.analytics_table}</caption>
            <thead>
                <tr><th scope="col">{texts.column_category}</th><th scope="col" class="number">{texts.categories_active}</th></tr>
            </thead>
            <tbody>
                {categories.categories.into_iter().map(|row| view! {
                    <tr><th scope="row">{texts.category(row.category)}</th><td class="number">{row.active}</td></tr>
                }).collect_view()}
            </tbody>
        </table>
    }
    .into_any()
}
