//! German, of what waits for the network.

use super::WorkerTexts;

/// German.
pub static DE: WorkerTexts = WorkerTexts {
    offline: "Kein Netz. Was Sie jetzt senden, bleibt auf diesem Gerät und wird später automatisch gesendet.",
    as_of: "Kein Netz. So war die Seite zuletzt: {time}.",
    unseen: "Kein Netz, und die gewünschte Seite wurde auf diesem Gerät noch nie geöffnet.",
    waits_one: "Ein Text wartet auf das Netz",
    waits_other: "{n} Texte warten auf das Netz",
    some_refused: "Etwas konnte nicht gesendet werden: bitte ansehen",
    nothing: "Es wartet nichts darauf, gesendet zu werden.",
    report: "Meldung",
    message: "Nachricht zu #{id}",
    photos: "Fotos: {n}",
    waiting: "Wartet auf das Netz",
    was_refused: "Nicht gesendet: {why}",
    sent: "Gesendet: #{id}",
    see: "Öffnen",
    remove: "Aus der Liste entfernen",
    now: "Jetzt senden",
    without_photos: "Ohne Fotos senden",
    not_yet: "Es kann noch nicht gesendet werden. Es wird später automatisch gesendet.",
    edit: "Ändern",
    withdraw: "Zurückziehen",
    cancel: "Abbrechen",
    save: "Speichern und senden",
    refused: "Der Helpdesk hat es nicht angenommen. Ändern Sie es oder ziehen Sie es zurück.",
    too_late: "Vor Ihrer Änderung war es schon gesendet, als #{id}. Ihre Änderung ist hier aufgehoben: Senden Sie sie als eigenen Text oder ziehen Sie sie zurück.",
};
