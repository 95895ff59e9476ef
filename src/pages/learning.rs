//! How well categories are assigned (R9): what staff corrected, and learning from it. A part of the analytics page.

use super::ticket::follow;
use crate::{
    api::learning::{Learn, get_learning},
    app::use_refetch,
    components::{
        dom,
        failure::{FormFailure, ReadFailure, Skeleton, use_failure},
        numbers::NumbersTable,
        time::Moment,
    },
    domain::{
        category::Category,
        learning::{Confused, CorrectedMonth, LearnedModel, Learning},
    },
    texts::{fill, texts},
};
use leptos::prelude::*;

/// The section of the page.
#[component]
pub fn LearningCard() -> impl IntoView {
    let (texts, refetch) = (texts(), use_refetch());
    let learning = Resource::new(move || refetch.0.get(), |_| get_learning());
    let learn = ServerAction::<Learn>::new();
    let error = use_failure(learn);
    follow(learn, move || refetch.notify());
    let pending = learn.pending();
    view! {
        <section class="learning" id="learning" aria-labelledby="learning-name">
            <h2 id="learning-name">{texts.learning_name}</h2>
            <p class="definition">{texts.learning_definition}</p>
            <Transition fallback=|| view! { <Skeleton lines=6 /> }>
                {move || Suspend::new(async move {
                    match learning.await {
                        Ok(learning) => view! { <Told learning /> }.into_any(),
                        Err(error) => view! { <ReadFailure error /> }.into_any(),
                    }
                })}
            </Transition>
            <ActionForm action=learn>
                <FormFailure error />
                <button class="button" aria-disabled=move || pending.get().to_string() aria-busy=move || pending.get().to_string()
                    on:click=dom::press_unless(pending)>
                    {move || if pending.get() { texts.learning_busy } else { texts.learning_learn }}
                </button>
            </ActionForm>
        </section>
    }
}

#[component]
fn Told(learning: Learning) -> impl IntoView {
    let texts = texts();
    let Learning { months, confusion, models, in_force, own_accuracy } = learning;
    let in_force = models.iter().find(|model| Some(model.id) == in_force).cloned();
    let now = match &in_force {
        Some(model) => view! {
            <p class="as-of">{texts.learned(model)}" "{texts.learning_since}" "<Moment at=model.made_at />"."</p>
        }
        .into_any(),
        None => view! { <p class="as-of">{fill(texts.learning_own, &[("share", &texts.percent(own_accuracy))])}</p> }
            .into_any(),
    };
    view! {
        {now}
        <MonthsTable months />
        <ConfusionTable confusion />
        {(!models.is_empty()).then(|| view! { <ModelsTable models in_force=in_force.map(|model| model.id) /> })}
    }
}

#[component]
fn MonthsTable(months: Vec<CorrectedMonth>) -> impl IntoView {
    let texts = texts();
    #[expect(clippy::cast_precision_loss, reason = "a share needs no 53 bits")]
    let share = |month: &CorrectedMonth| texts.percent(month.corrected as f64 / month.opened.max(1) as f64);
    view! {
        <NumbersTable name=texts.learning_months tall=true>
            <thead>
                <tr>
                    <th scope="col">{texts.resolution_month}</th>
                    <th scope="col" class="number">{texts.resolution_opened}</th>
                    <th scope="col" class="number">{texts.learning_corrected}</th>
                    <th scope="col" class="number">{texts.learning_share}</th>
                    <th scope="col" class="number">{texts.learning_confirmed}</th>
                </tr>
            </thead>
            <tbody>
                {months.into_iter().map(|month| view! {
                    <tr>
                        <th scope="row">{month.month.clone()}</th>
                        <td class="number">{month.opened}</td>
                        <td class="number">{month.corrected}</td>
                        <td class="number">{share(&month)}</td>
                        <td class="number">{month.confirmed}</td>
                    </tr>
                }).collect_view()}
            </tbody>
        </NumbersTable>
    }
}

/// What the machine had decided by row, and staff by column.
#[component]
fn ConfusionTable(confusion: Vec<Confused>) -> impl IntoView {
    let texts = texts();
    let count = move |machine: Category, staff: Category| {
        let pair = confusion.iter().find(|pair| (pair.machine, pair.staff) == (machine, staff));
        pair.map_or(0, |pair| pair.count)
    };
    view! {
        <NumbersTable name=texts.learning_confusion named=true>
            <thead>
                <tr>
                    <th scope="col">{texts.learning_machine}</th>
                    {Category::ALL.map(|staff| view! { <th scope="col" class="number">{texts.category(staff)}</th> }).into_iter().collect_view()}
                </tr>
            </thead>
            <tbody>
                {Category::ALL.map(|machine| view! {
                    <tr>
                        <th scope="row">{texts.category(machine)}</th>
                        {Category::ALL.map(|staff| view! { <td class="number">{count(machine, staff)}</td> }).into_iter().collect_view()}
                    </tr>
                }).into_iter().collect_view()}
            </tbody>
        </NumbersTable>
    }
}

#[component]
fn ModelsTable(models: Vec<LearnedModel>, in_force: Option<i64>) -> impl IntoView {
    let texts = texts();
    let fate = move |model: &LearnedModel| match model.taken {
        true if in_force == Some(model.id) => texts.learning_in_force,
        true => texts.learning_replaced,
        false => texts.learning_refused,
    };
    view! {
        <NumbersTable name=texts.learning_models named=true>
            <thead>
                <tr>
                    <th scope="col">{texts.learning_when}</th>
                    <th scope="col" class="number">{texts.learning_corrections}</th>
                    <th scope="col" class="number">{texts.learning_before}</th>
                    <th scope="col" class="number">{texts.learning_after}</th>
                    <th scope="col">{texts.column_status}</th>
                </tr>
            </thead>
            <tbody>
                {models.into_iter().map(|model| view! {
                    <tr>
                        <th scope="row"><Moment at=model.made_at /></th>
                        <td class="number">{model.corrections}</td>
                        <td class="number">{texts.percent(model.accuracy_before)}</td>
                        <td class="number">{texts.percent(model.accuracy)}</td>
                        <td>{fate(&model)}</td>
                    </tr>
                }).collect_view()}
            </tbody>
        </NumbersTable>
    }
}
