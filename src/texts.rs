//! Every sentence a person reads, errors included. A language is one file beside this one; no page names a language.

/// Declares the files of the languages beside a file of texts, and which of them is whose.
#[cfg(feature = "ssr")]
macro_rules! by_language {
    ($(#[$doc:meta])* $texts:ident) => {
        mod de;
        mod en;
        mod es;
        mod fr;
        mod it;

        $(#[$doc])*
        pub const fn of(language: crate::domain::language::Language) -> &'static $texts {
            use crate::domain::language::Language;
            match language {
                Language::English => &en::EN,
                Language::Italian => &it::IT,
                Language::German => &de::DE,
                Language::French => &fr::FR,
                Language::Spanish => &es::ES,
            }
        }
    };
}

#[cfg(feature = "ssr")]
pub mod analyses;
#[cfg(feature = "ssr")]
mod de;
#[cfg(feature = "ssr")]
mod en;
#[cfg(feature = "ssr")]
mod es;
#[cfg(feature = "ssr")]
mod fr;
#[cfg(feature = "ssr")]
mod it;
#[cfg(feature = "ssr")]
pub mod worker;

#[cfg(feature = "ssr")]
use crate::domain::language::Language;
use crate::{
    domain::{
        category::Category,
        learning::LearnedModel,
        query::WeekHour,
        role::Role,
        status::Status,
        time::{Civil, Timestamp},
    },
    error::{AppError, Field, FieldProblem},
};
use std::fmt::Display;

#[cfg(feature = "ssr")]
pub use {de::DE, en::EN, es::ES, fr::FR, it::IT};

/// The next text, to be read until the page is gone. Not written out at each of some four hundred places.
#[cfg(feature = "hydrate")]
#[inline(never)]
fn next(list: &mut std::vec::IntoIter<String>) -> &'static str {
    list.next().map(|text| &*text.leak()).unwrap_or_default()
}

/// Declares the texts by name; each language gives all of them, or the build fails. Those of the helpdesk's pages alone come last:
/// nobody else's page loads them.
macro_rules! texts {
    (common { $($name:ident,)* } staff { $($staff:ident,)* }) => {
        /// The texts of one language. In braces stand the places that are filled in.
        #[derive(Debug)]
        pub struct Texts {
            /// The language's tag, for `<html lang>`.
            pub lang: &'static str,
            $(
                #[doc = concat!("Text `", stringify!($name), "`.")]
                pub $name: &'static str,
            )*
            $(
                #[doc = concat!("Text `", stringify!($staff), "`, of the helpdesk's pages.")]
                pub $staff: &'static str,
            )*
            /// The months' short names, January first.
            pub months: [&'static str; 12],
        }

        #[cfg(feature = "ssr")]
        impl Texts {
            /// Those of a page in the order of their declaration: what the browser loads of a language.
            pub fn to_list(&self, is_staffs: bool) -> Vec<&'static str> {
                let mut list = vec![self.lang];
                list.extend(self.months);
                list.extend([$(self.$name,)*]);
                if is_staffs {
                    list.extend([$(self.$staff,)*]);
                }
                list
            }
        }

        #[cfg(feature = "hydrate")]
        impl Texts {
            /// What the server listed. A text that is not there is empty.
            fn from_list(list: Vec<String>) -> Self {
                let mut list = list.into_iter();
                let rest = &mut list;
                Self {
                    lang: next(rest),
                    months: [(); 12].map(|()| next(rest)),
                    $($name: next(rest),)*
                    $($staff: next(rest),)*
                }
            }
        }
    };
}

texts! {
    common {
        product, tagline, skip_to_content, nav_label, switch_role, role_requester, role_staff, language_label,
        theme_label, theme_auto, theme_light, theme_dark, source_note, nav_report, nav_reports, entry_title,
        entry_lead, entry_requester, entry_requester_hint, entry_staff, entry_staff_hint, report_title, report_lead,
        report_what, report_what_hint, report_where, report_where_hint, report_send, report_sending,
        report_again_note, report_again_prefill, optional, suggestion, suggestion_wait, sent_title, sent_number,
        sent_next, sent_next_1, sent_next_2, sent_next_3, sent_view, sent_another, sent_category, list_title,
        list_lead, list_mine, list_everybody, list_search, list_search_hint, list_search_button, list_clear,
        list_older, list_first, list_empty_title, list_empty, list_nothing_title, list_nothing, filter_category,
        filter_all, filter_status, sort_label, sort_best, sort_newest, sort_oldest, sort_activity, live_lost,
        live_waiting_one, live_waiting_other, unread, date, date_time, today, yesterday, here, here_staff_one,
        here_staff_other, here_requester_one, here_requester_other, typing, seen_by_staff, seen_by_requester,
        notice_ask, notice_on, notice_refused, notice_body, row_messages_one, row_messages_other, row_opened,
        status_open, status_active, status_closed, status_open_hint, status_active_hint, status_closed_hint,
        facility_management, technical_it, services_complaints, ticket_title, ticket_place, ticket_opened,
        ticket_modified, ticket_closed_on, ticket_again_of, ticket_edit, ticket_save, ticket_saving, ticket_cancel,
        ticket_description, ticket_by_staff, ticket_because, closed_title, closed_lead, closed_again,
        closed_again_hint, claim_title, claim_lead, claim_code, claim_code_hint, claim_take, claim_add,
        claim_continue, claim_make_title, claim_make_lead, claim_make, claim_type, claim_link, claim_copy,
        claim_copied, claim_until, claim_back, conversation, conversation_empty, conversation_earlier,
        message_label_requester, message_send, message_sending, message_sent, message_hint, message_from_requester,
        message_from_staff, message_from_you, note, history_opened, history_description, history_place,
        history_place_none, history_category, history_category_confirmed, history_status, history_by, history_show,
        difference_show, difference_hide, difference_added, difference_removed, conflict_title, conflict_lead,
        conflict_yours, conflict_theirs, conflict_discard, conflict_both, moving, category_doubtful, loading, retry,
        not_found_title, not_found_lead, not_found_home, failed_title, missing_title, missing_to_reports, just_now,
        minutes_ago_one, minutes_ago_other, hours_ago_one, hours_ago_other, days_ago_one, days_ago_other,
        minutes_one, minutes_other, hours_one, hours_other, days_one, days_other, error_malformed,
        error_form_incomplete, error_not_yours, error_cross_site, error_no_such_ticket, error_no_such_code, error_no_such_page, error_wrong_method,
        error_stale, error_ticket_closed, error_key_reused, error_key_reused_ticket, error_too_large,
        error_not_json, error_too_many, error_unavailable, error_offline, error_internal, problem_missing,
        problem_empty, problem_too_long, problem_control, problem_unknown, problem_type, problem_range,
        problem_cursor, problem_key, problem_not_closed, problem_too_many, problem_not_your_message, photo_none,
        photo_broken, photo_too_large, photo_more, photo_gone, history_photo, photos_label, photos_hint,
        photos_choose, photos_camera, photos_remove, photos_alt, photos_sending, photos_failed, photos_again,
        photos_open, photos_of, photos_kept, viewer_close, viewer_next, viewer_previous, outbox_title, outbox_lead,
        place_open, affects_me, affected_one, affected_other, history_affected, history_merged, history_parted, history_took, history_gave,
        sort_affected, list_closed, field_description,
        field_place, field_body, field_photos, field_alt,
    }
    staff {
        ticket_details, board_title, view_all, view_untriaged, view_active, view_waiting, view_check, view_closed,
        views_label, column_select, column_number, column_what, column_place, column_category, column_status,
        column_opened, column_modified, column_messages, bulk_label, bulk_selected, bulk_start, bulk_close,
        bulk_done, bulk_refused, bulk_none, move_to_active, move_to_closed, category_correct, category_save,
        category_check, replies_title, replies_lead, replies_search_hint, replies_empty_title, replies_empty,
        replies_nothing_title, replies_nothing, replies_all, replies_back, replies_added, replies_found_one,
        replies_found_other, replies_write, reply_new, reply_add, reply_adding, reply_title, reply_body, reply_then,
        reply_then_none, reply_offers, reply_edit, reply_use, reply_of, reply_remove, keys_title, keys_lead,
        keys_next, keys_open, keys_select, keys_reply, keys_status, keys_search, keys_help, keys_off, keys_on,
        narrowed_one, narrowed_other, narrowed_left, narrowed_hour, weekdays, narrowed_returned,
        narrowed_answered,
        analytics_anywhere, row_closed, analytics_title, analytics_lead, analytics_pick, analytics_period,
        analytics_last, analytics_hours, analytics_days, analytics_show, analytics_presets, analytics_none,
        analytics_all, analytics_stale, analytics_tools, analytics_earlier, analytics_later, analytics_wider,
        analytics_narrower, analytics_csv, analytics_png, analytics_set, analytics_wall, analytics_as_of,
        analytics_table, analytics_reload, analytics_chart_failed, resolution_month, resolution_opened,
        resolution_closed, learning_name, learning_definition, learning_own, learning_since, learning_months,
        learning_corrected, learning_share, learning_confirmed, learning_confusion, learning_machine,
        learning_models, learning_when, learning_corrections, learning_before, learning_after, learning_in_force,
        learning_replaced, learning_refused, learning_learn, learning_busy, chart_label, places_title, places_lead,
        places_new, places_refused, places_table, places_table_hint, places_replace, places_import, places_none,
        places_not_closed, places_count, places_print, places_print_hint, posters_title, posters_lead,
        posters_print, posters_call, posters_code, similar_title, title_malformed, title_forbidden, title_not_found,
        title_wrong_method, title_conflict, title_too_large, title_not_json, title_invalid, title_too_many,
        title_internal, title_unavailable, learning_learned, learning_not_learned, resolution_unit, thousands,
        percent, decimal, send_and_start, send_and_close, note_label, note_send, note_closed_only,
        message_label_staff, message_hint_staff, staff_only_title, staff_only_lead, staff_only_enter,
        missing_to_board, nav_board, nav_replies, nav_places, nav_analytics, error_no_such_reply,
        error_nothing_to_learn, error_learning, error_unread, error_no_such_move, error_no_such_service,
        error_service_down, error_staff_only, problem_period, field_title, field_then, field_last, error_settled,
        problem_not_another,
        merge_open, merge_title, merge_label, merge_hint, merge_submit, merge_similar, merge_into, merged_into,
        merge_undo, merge_undo_hint,
    }
}

/// The texts in the reader's language.
#[cfg(feature = "ssr")]
pub fn texts() -> &'static Texts {
    leptos::prelude::use_context().unwrap_or(&EN)
}

/// The texts of a language.
#[cfg(feature = "ssr")]
pub const fn of(language: Language) -> &'static Texts {
    match language {
        Language::English => &EN,
        Language::Italian => &IT,
        Language::German => &DE,
        Language::French => &FR,
        Language::Spanish => &ES,
    }
}

/// Those that the browser loaded.
#[cfg(feature = "hydrate")]
static LOADED: std::sync::OnceLock<Texts> = std::sync::OnceLock::new();

/// The texts in the reader's language.
#[cfg(feature = "hydrate")]
pub fn texts() -> &'static Texts {
    LOADED.get_or_init(|| Texts::from_list(Vec::new()))
}

/// Takes the texts of the page's language, in the order in which the server lists them, once for the page.
#[cfg(feature = "hydrate")]
pub fn load(list: Vec<String>) {
    _ = LOADED.set(Texts::from_list(list));
}

/// `template` with each `{name}` replaced by its value.
pub fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| text.replace(&["{", name, "}"].concat(), &value.to_string()))
}

impl Texts {
    /// A status's name.
    pub const fn status(&self, status: Status) -> &'static str {
        match status {
            Status::Open => self.status_open,
            Status::Active => self.status_active,
            Status::Closed => self.status_closed,
        }
    }

    /// The button that sends a message and moves its ticket there; none leads back to open.
    pub const fn send_and(&self, then: Status) -> &'static str {
        match then {
            Status::Open => self.message_send,
            Status::Active => self.send_and_start,
            Status::Closed => self.send_and_close,
        }
    }

    /// What a status means.
    pub const fn status_hint(&self, status: Status) -> &'static str {
        match status {
            Status::Open => self.status_open_hint,
            Status::Active => self.status_active_hint,
            Status::Closed => self.status_closed_hint,
        }
    }

    /// A category's name.
    pub const fn category(&self, category: Category) -> &'static str {
        match category {
            Category::FacilityManagement => self.facility_management,
            Category::TechnicalIt => self.technical_it,
            Category::ServicesComplaints => self.services_complaints,
        }
    }

    /// Who wrote or did something.
    pub const fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Requester => self.message_from_requester,
            Role::Staff => self.message_from_staff,
        }
    }

    /// The form of a counted text that fits `n`, filled with it.
    pub fn counted(&self, n: i64, one: &str, other: &str) -> String {
        // None is singular in French alone.
        let is_one = n == 1 || (n == 0 && self.lang == "fr");
        fill(if is_one { one } else { other }, &[("n", &n)])
    }

    /// A share, 0 to 1, in percent with one decimal.
    pub fn percent(&self, share: f64) -> String {
        fill(self.percent, &[("n", &format!("{:.1}", share * 100.0).replace('.', self.decimal))])
    }

    /// What was learned from corrections, and how good it is.
    pub fn learned(&self, model: &LearnedModel) -> String {
        let LearnedModel { corrections, accuracy_before, accuracy, .. } = model;
        let values: [(&str, &dyn Display); 3] =
            [("n", corrections), ("before", &self.percent(*accuracy_before)), ("after", &self.percent(*accuracy))];
        fill(if model.taken { self.learning_learned } else { self.learning_not_learned }, &values)
    }

    /// A list of words, as in «wifi, eduroam».
    pub fn because(&self, words: &[String]) -> String {
        words.join(", ")
    }

    /// A day; `month` counts from 0.
    pub fn day(&self, year: i32, month: u32, day: u32) -> String {
        let month = usize::try_from(month).ok().and_then(|month| self.months.get(month)).unwrap_or(&"");
        // Of a month's days, French has an ordinal for the first alone.
        let day: &dyn Display = if day == 1 && self.lang == "fr" { &"1er" } else { &day };
        fill(self.date, &[("day", day), ("month", month), ("year", &year)])
    }

    /// Day and time in UTC, as the server writes it; the browser replaces it by the reader's own.
    pub fn moment(&self, at: Timestamp) -> String {
        let Civil { year, month, day, hour, minute } = at.in_utc();
        let day = self.day(year, month, day);
        format!("{} UTC", self.time_of(&day, hour, minute))
    }

    /// A time of a day that is in words already.
    pub fn time_of(&self, day: &str, hour: u32, minute: u32) -> String {
        fill(self.date_time, &[("date", &day), ("time", &format_args!("{hour:02}:{minute:02}"))])
    }

    /// The days of the week from Monday on: one text, as the browser is given a list of texts.
    pub fn weekdays(&self) -> impl Iterator<Item = &str> {
        self.weekdays.split(", ")
    }

    /// An hour of the week, as in "Monday, 9:00–10:00".
    pub fn week_hour(&self, WeekHour { weekday, hour }: WeekHour) -> String {
        let weekday = self.weekdays().nth(usize::from(weekday).saturating_sub(1)).unwrap_or_default();
        fill(self.narrowed_hour, &[("weekday", &weekday), ("from", &hour), ("to", &(hour + 1))])
    }

    /// A length of time in its largest fitting unit: "3 hours". `seconds` below a minute count as one minute.
    #[expect(clippy::cast_possible_truncation, reason = "a rounded duration is far below 2^53")]
    pub fn duration(&self, seconds: f64) -> String {
        let minutes = (seconds / 60.0).round().max(1.0);
        if minutes < 90.0 {
            self.counted(minutes as i64, self.minutes_one, self.minutes_other)
        } else if minutes < 48.0 * 60.0 {
            self.counted((minutes / 60.0).round() as i64, self.hours_one, self.hours_other)
        } else {
            self.counted((minutes / 1_440.0).round() as i64, self.days_one, self.days_other)
        }
    }

    /// A count as the language writes it: "12,345". Staff alone see such numbers, and have this text.
    pub fn number(&self, n: i64) -> String {
        match (n / 1_000, n % 1_000) {
            (0, n) => n.to_string(),
            (thousands, n) => format!("{}{}{n:03}", self.number(thousands), self.thousands),
        }
    }

    /// A length of time in hours and tenths of them, as the chart of the averages has it: "1,204.5 h".
    #[expect(clippy::cast_possible_truncation, reason = "a rounded duration is far below 2^53")]
    pub fn hours(&self, seconds: f64) -> String {
        let tenths = (seconds / 3_600.0 * 10.0).round() as i64;
        let (hours, tenth) = (tenths / 10, tenths % 10);
        let value = format!("{}{}{tenth}", self.number(hours), self.decimal);
        fill(self.resolution_unit, &[("value", &value)])
    }

    /// How long ago something was, none when it is a month or more: then the date says it better.
    pub fn ago(&self, millis: i64) -> Option<String> {
        let minutes = millis / 60_000;
        match minutes {
            ..=0 => Some(self.just_now.to_owned()),
            1..60 => Some(self.counted(minutes, self.minutes_ago_one, self.minutes_ago_other)),
            60..1_440 => Some(self.counted(minutes / 60, self.hours_ago_one, self.hours_ago_other)),
            1_440..43_200 => Some(self.counted(minutes / 1_440, self.days_ago_one, self.days_ago_other)),
            _ => None,
        }
    }

    /// What kind of error it is, in a few words.
    pub fn error_title(&self, error: &AppError) -> String {
        match error.status() {
            400 => self.title_malformed,
            403 => self.title_forbidden,
            404 => self.title_not_found,
            405 => self.title_wrong_method,
            409 => self.title_conflict,
            413 => self.title_too_large,
            415 => self.title_not_json,
            422 => self.title_invalid,
            429 => self.title_too_many,
            503 => self.title_unavailable,
            _ => self.title_internal,
        }
        .to_owned()
    }

    /// What went wrong and what to do about it, in a sentence or two.
    pub fn error(&self, error: &AppError) -> String {
        match error {
            AppError::Malformed { what } => fill(self.error_malformed, &[("what", what)]),
            AppError::FormIncomplete => self.error_form_incomplete.to_owned(),
            AppError::StaffOnly => self.error_staff_only.to_owned(),
            AppError::NotYours => self.error_not_yours.to_owned(),
            AppError::CrossSite => self.error_cross_site.to_owned(),
            AppError::NoSuchTicket => self.error_no_such_ticket.to_owned(),
            AppError::Learning => self.error_learning.to_owned(),
            AppError::NothingToLearn => self.error_nothing_to_learn.to_owned(),
            AppError::NoSuchReply => self.error_no_such_reply.to_owned(),
            AppError::NoSuchCode => self.error_no_such_code.to_owned(),
            AppError::NoSuchPage => self.error_no_such_page.to_owned(),
            AppError::NoSuchService => self.error_no_such_service.to_owned(),
            AppError::WrongMethod => self.error_wrong_method.to_owned(),
            AppError::Stale { .. } => self.error_stale.to_owned(),
            AppError::NoSuchMove { to, current } => fill(
                self.error_no_such_move,
                &[("id", &current.id), ("from", &self.status(current.status)), ("to", &self.status(*to))],
            ),
            AppError::Unread { .. } => self.error_unread.to_owned(),
            AppError::Settled { current } => fill(self.error_settled, &[("id", &current.id)]),
            AppError::TicketClosed { current } => fill(self.error_ticket_closed, &[("id", &current.id)]),
            AppError::KeyReused { .. } => match error.current() {
                Some(ticket) => fill(self.error_key_reused_ticket, &[("id", &ticket.id)]),
                None => self.error_key_reused.to_owned(),
            },
            AppError::TooLarge { limit } => fill(self.error_too_large, &[("limit", &(limit / 1024))]),
            AppError::NotJson => self.error_not_json.to_owned(),
            AppError::Invalid { field, problem } => self.problem(*field, problem),
            AppError::TooMany { retry_after } => fill(self.error_too_many, &[("seconds", retry_after)]),
            AppError::ServiceDown => self.error_service_down.to_owned(),
            AppError::Unavailable => self.error_unavailable.to_owned(),
            AppError::Offline => self.error_offline.to_owned(),
            AppError::Internal { reference } => fill(self.error_internal, &[("reference", reference)]),
        }
    }

    fn problem(&self, field: Field, problem: &FieldProblem) -> String {
        let field: &dyn Display = match field {
            Field::Description => &self.field_description,
            Field::Place => &self.field_place,
            Field::Body => &self.field_body,
            Field::Title => &self.field_title,
            Field::Then => &self.field_then,
            Field::Last => &self.field_last,
            Field::Photos => &self.field_photos,
            Field::Alt => &self.field_alt,
            other => &other.name(),
        };
        match problem {
            FieldProblem::Missing => fill(self.problem_missing, &[("field", field)]),
            FieldProblem::Empty => fill(self.problem_empty, &[("field", field)]),
            FieldProblem::TooLong { max, length } => {
                fill(self.problem_too_long, &[("field", field), ("max", max), ("length", length)])
            }
            FieldProblem::ControlCharacter { code } => {
                fill(self.problem_control, &[("field", field), ("code", &format_args!("U+{code:04X}"))])
            }
            FieldProblem::Unknown { value, allowed } => {
                fill(self.problem_unknown, &[("field", field), ("allowed", allowed), ("value", value)])
            }
            FieldProblem::WrongType { expected } => {
                fill(self.problem_type, &[("field", field), ("expected", expected)])
            }
            FieldProblem::OutOfRange { min, max } => {
                fill(self.problem_range, &[("field", field), ("min", min), ("max", max)])
            }
            FieldProblem::NotAPeriod { value } => fill(self.problem_period, &[("field", field), ("value", value)]),
            FieldProblem::NotACursor => fill(self.problem_cursor, &[("field", field)]),
            FieldProblem::NotAKey { max } => fill(self.problem_key, &[("field", field), ("max", max)]),
            FieldProblem::NotClosed => fill(self.problem_not_closed, &[("field", field)]),
            FieldProblem::TooMany { max } => fill(self.problem_too_many, &[("field", field), ("max", max)]),
            FieldProblem::NotAPhoto => self.photo_none.to_owned(),
            FieldProblem::Broken => self.photo_broken.to_owned(),
            FieldProblem::TooManyPixels { megapixels } => fill(self.photo_too_large, &[("megapixels", megapixels)]),
            FieldProblem::MoreThanAPhoto => self.photo_more.to_owned(),
            FieldProblem::Gone => self.photo_gone.to_owned(),
            FieldProblem::NotYourMessage => fill(self.problem_not_your_message, &[("field", field)]),
            FieldProblem::NotAnother => self.problem_not_another.to_owned(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// What is filled in, in alphabetical order.
    pub(crate) fn places(text: &str) -> Vec<&str> {
        let mut places: Vec<_> = text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        places.sort_unstable();
        places
    }

    #[test]
    fn every_language_says_everything_with_the_same_places_to_fill() {
        let english = EN.to_list(true);
        for language in Language::ALL {
            let list = of(language).to_list(true);
            assert!(list.starts_with(&of(language).to_list(false)));
            assert_eq!((list[0], list.len()), (language.tag(), english.len()));
            for (text, english) in list.iter().zip(&english) {
                assert_eq!(places(text), places(english), "{}: {text}", language.tag());
                assert_eq!(text.is_empty(), english.is_empty(), "{}: {english}", language.tag());
            }
        }
    }

    #[test]
    fn what_is_counted_agrees_with_its_number() {
        let said = |texts: &Texts, n| texts.counted(n, "{n} one", "{n} other");
        assert_eq!([0, 1, 2].map(|n| said(&EN, n)), ["0 other", "1 one", "2 other"]);
        assert_eq!([0, 1, 2].map(|n| said(&FR, n)), ["0 one", "1 one", "2 other"]);
    }

    #[test]
    fn numbers_and_dates_are_written_as_the_language_does() {
        assert_eq!([&EN, &DE].map(|texts| texts.hours(4_336_200.0)), ["1,204.5 h", "1.204,5 h"].map(String::from));
        assert_eq!(EN.percent(0.125), "12.5%");
        assert!(IT.percent(0.125).starts_with("12,5"), "{}", IT.percent(0.125));
        assert_eq!(DE.moment(Timestamp(1_790_000_000_070)), "21. Sep. 2026, 14:13 UTC");
        assert_eq!([1, 2].map(|day| FR.day(2026, 0, day)), ["1er janv. 2026", "2 janv. 2026"]);
    }

    #[test]
    fn hours_of_the_week_are_written_as_people_say_them() {
        let said = |texts: &Texts| [(1, 9), (7, 23)].map(|(weekday, hour)| texts.week_hour(WeekHour { weekday, hour }));
        assert_eq!(said(&EN), ["Monday, 9:00–10:00", "Sunday, 23:00–24:00"]);
        assert_eq!(said(&FR), ["Lundi, de 9\u{a0}h à 10\u{a0}h", "Dimanche, de 23\u{a0}h à 24\u{a0}h"]);
        for language in Language::ALL {
            assert_eq!(of(language).weekdays().count(), 7, "{}", language.tag());
        }
    }

    #[test]
    fn what_is_a_day_old_need_not_be_of_yesterday() {
        assert_eq!(EN.ago(47 * 3_600_000).as_deref(), Some("1 day ago"));
    }

    #[test]
    fn durations_use_the_largest_fitting_unit() {
        let spoken = [20.0, 60.0, 89.0 * 60.0, 2.0 * 3600.0, 47.0 * 3600.0, 3.0 * 86_400.0].map(|s| EN.duration(s));
        assert_eq!(spoken, ["1 minute", "1 minute", "89 minutes", "2 hours", "47 hours", "3 days"]);
    }

    #[test]
    fn r14_averages_are_hours_and_tenths_of_them() {
        let hours = [0.0, 179.0, 216_720.0, 216_720.5 - 180.0, 3_599_999.0, 4_336_200.0, 36_014_400.0];
        let written = ["0.0 h", "0.0 h", "60.2 h", "60.2 h", "1,000.0 h", "1,204.5 h", "10,004.0 h"];
        assert_eq!(hours.map(|seconds| EN.hours(seconds)), written);
    }

    #[test]
    fn r10_moments_are_written_in_utc_on_the_server() {
        assert_eq!(EN.moment(Timestamp(1_790_000_000_070)), "21 Sep 2026, 14:13 UTC");
    }

    #[test]
    fn an_error_tells_what_to_do_and_quotes_what_was_typed_last() {
        let error = Field::Last.problem(FieldProblem::NotAPeriod { value: "{max}<b>".to_owned() });
        assert!(EN.error(&error).contains("{max}<b>"), "{}", EN.error(&error));
        assert!(EN.error(&error).contains("24h"));
    }
}
