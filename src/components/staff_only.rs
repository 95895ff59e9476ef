//! What a staff page says to a device that did not enter as staff.

use crate::{api::preferences::Enter, domain::role::Role, texts::texts};
use leptos::{prelude::*, server_fn::ServerFn};

/// What somebody finds who entered as a requester and follows a link of the staff's.
#[component]
pub fn StaffOnly() -> impl IntoView {
    let texts = texts();
    view! {
        <section class="state">
            <h2>{texts.staff_only_title}</h2>
            <p>{texts.staff_only_lead}</p>
            <form method="post" action=Enter::url()>
                <button class="button button-primary" name="role" value=Role::Staff.slug()>{texts.staff_only_enter}</button>
            </form>
        </section>
    }
}
