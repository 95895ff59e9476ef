//! What a staff page says to a device that did not enter as staff.

use super::failure::title;
use crate::{api::preferences::Enter, domain::role::Role, texts::texts};
use leptos::{prelude::*, server_fn::ServerFn};

/// What somebody finds who entered as a requester and follows a link of the staff's.
#[component]
pub fn StaffOnly(
    /// Whether it stands for the whole page, which has no other heading.
    #[prop(optional)]
    whole: bool,
) -> impl IntoView {
    let texts = texts();
    view! {
        <section class="state">
            {title(texts.staff_only_title, whole)}
            <p>{texts.staff_only_lead}</p>
            <form method="post" action=Enter::url()>
                <button class="button button-primary" name="role" value=Role::Staff.slug()>{texts.staff_only_enter}</button>
            </form>
        </section>
    }
}
