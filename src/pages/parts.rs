//! The two parts of the program that are fetched when they are first entered: what follows a report, and the helpdesk.
//!
//! Somebody who only reports a problem fetches neither. One part a role keeps the number of files small.

use super::{
    analytics::{AnalyticsPage, WallPage},
    board::BoardPage,
    claim::ClaimPage,
    claim_code::ClaimCodePage,
    outbox::OutboxPage,
    place::PlacePage,
    places::PlacesPage,
    posters::PostersPage,
    replies::RepliesPage,
    reports::ReportsPage,
    staff_ticket::StaffTicketPage,
    ticket::TicketPage,
};
use leptos::prelude::*;
use leptos_router::LazyRoute;

#[derive(Clone, Copy)]
enum Requester {
    Reports,
    Ticket,
    Claim,
    ClaimCode,
    Outbox,
    Place,
}

#[derive(Clone, Copy)]
enum Helpdesk {
    Board,
    Ticket,
    Replies,
    Analytics,
    Wall,
    Places,
    Posters,
}

#[lazy]
fn requester_page(page: Requester) -> AnyView {
    match page {
        Requester::Reports => ReportsPage().into_any(),
        Requester::Ticket => TicketPage().into_any(),
        Requester::Claim => ClaimPage().into_any(),
        Requester::ClaimCode => ClaimCodePage().into_any(),
        Requester::Outbox => OutboxPage().into_any(),
        Requester::Place => PlacePage().into_any(),
    }
}

#[lazy]
fn helpdesk_page(page: Helpdesk) -> AnyView {
    match page {
        Helpdesk::Board => BoardPage().into_any(),
        Helpdesk::Ticket => StaffTicketPage().into_any(),
        Helpdesk::Replies => RepliesPage().into_any(),
        Helpdesk::Analytics => AnalyticsPage().into_any(),
        Helpdesk::Wall => WallPage().into_any(),
        Helpdesk::Places => PlacesPage().into_any(),
        Helpdesk::Posters => PostersPage().into_any(),
    }
}

/// Declares a route whose page is in one of the parts.
macro_rules! route {
    ($(#[$doc:meta])* $name:ident, $part:ident, $preload:ident, $page:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl LazyRoute for $name {
            fn data() -> Self {
                Self
            }

            async fn view(_this: Self) -> AnyView {
                $part($page).await
            }

            async fn preload() {
                #[cfg(target_arch = "wasm32")]
                $preload().await;
            }
        }
    };
}

route!(
    /// `/tickets`.
    ReportsRoute, requester_page, __preload_requester_page, Requester::Reports
);
route!(
    /// `/tickets/{id}`.
    TicketRoute, requester_page, __preload_requester_page, Requester::Ticket
);
route!(
    /// `/tickets/claim`.
    ClaimRoute, requester_page, __preload_requester_page, Requester::Claim
);
route!(
    /// `/tickets/{id}/claim`.
    ClaimCodeRoute, requester_page, __preload_requester_page, Requester::ClaimCode
);
route!(
    /// `/outbox`.
    OutboxRoute, requester_page, __preload_requester_page, Requester::Outbox
);
route!(
    /// `/r/{place}`.
    PlaceRoute, requester_page, __preload_requester_page, Requester::Place
);
route!(
    /// `/helpdesk/places`.
    PlacesRoute, helpdesk_page, __preload_helpdesk_page, Helpdesk::Places
);
route!(
    /// `/helpdesk/places/posters`.
    PostersRoute, helpdesk_page, __preload_helpdesk_page, Helpdesk::Posters
);
route!(
    /// `/helpdesk`.
    BoardRoute, helpdesk_page, __preload_helpdesk_page, Helpdesk::Board
);
route!(
    /// `/helpdesk/tickets/{id}`.
    StaffTicketRoute, helpdesk_page, __preload_helpdesk_page, Helpdesk::Ticket
);
route!(
    /// `/helpdesk/replies`.
    RepliesRoute, helpdesk_page, __preload_helpdesk_page, Helpdesk::Replies
);
route!(
    /// `/helpdesk/analytics`.
    AnalyticsRoute, helpdesk_page, __preload_helpdesk_page, Helpdesk::Analytics
);
route!(
    /// `/helpdesk/analytics/wall`.
    WallRoute, helpdesk_page, __preload_helpdesk_page, Helpdesk::Wall
);
