//! English, of what waits for the network.

use super::WorkerTexts;

/// English.
pub static EN: WorkerTexts = WorkerTexts {
    offline: "No network. What you send now is kept on this device and goes by itself later.",
    as_of: "No network. This is how the page was: {time}.",
    unseen: "No network, and the page you asked for was never opened on this device.",
    waits_one: "One text is waiting for the network",
    waits_other: "{n} texts are waiting for the network",
    some_refused: "Something could not be sent: have a look",
    nothing: "Nothing is waiting to be sent.",
    report: "Report",
    message: "Message under #{id}",
    photos: "photos: {n}",
    waiting: "Waiting for the network",
    was_refused: "Not sent: {why}",
    sent: "Sent: #{id}",
    see: "Open",
    remove: "Remove from this list",
    now: "Send now",
    without_photos: "Send without photos",
    not_yet: "It cannot be sent yet. It goes by itself later.",
    edit: "Change",
    withdraw: "Withdraw",
    cancel: "Cancel",
    save: "Keep and send",
    refused: "The helpdesk did not take it. Change it, or withdraw it.",
    too_late: "It had been sent before you changed it, as #{id}. Your change is kept here: send it as a text of its own, or withdraw it.",
};
