//! Italian, of what waits for the network.

use super::WorkerTexts;

/// Italian.
pub static IT: WorkerTexts = WorkerTexts {
    offline: "Nessuna connessione. Quello che invii ora resta su questo dispositivo e parte da solo più tardi.",
    as_of: "Nessuna connessione. La pagina era così: {time}.",
    unseen: "Nessuna connessione, e la pagina richiesta non è mai stata aperta su questo dispositivo.",
    waits_one: "Un testo è in attesa della connessione",
    waits_other: "{n} testi sono in attesa della connessione",
    some_refused: "Qualcosa non è stato inviato: dai un’occhiata",
    nothing: "Non c’è nulla in attesa di invio.",
    report: "Segnalazione",
    message: "Messaggio sotto #{id}",
    photos: "foto: {n}",
    waiting: "In attesa della connessione",
    was_refused: "Non inviato: {why}",
    sent: "Inviato: #{id}",
    see: "Apri",
    remove: "Togli dall’elenco",
    now: "Invia ora",
    edit: "Modifica",
    withdraw: "Ritira",
    cancel: "Annulla",
    save: "Salva e invia",
    refused: "L’helpdesk non l’ha accettato. Modificalo o ritiralo.",
};
