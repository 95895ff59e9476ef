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
    message: "Messaggio nel ticket #{id}",
    photos: "foto: {n}",
    waiting: "In attesa della connessione",
    was_refused: "Non inviato: {why}",
    sent: "Inviato: #{id}",
    see: "Apri",
    remove: "Togli dall’elenco",
    now: "Invia ora",
    without_photos: "Invia senza foto",
    not_yet: "Per ora non si può inviare. Partirà da solo più tardi.",
    edit: "Modifica",
    withdraw: "Ritira",
    cancel: "Annulla",
    save: "Salva e invia",
    refused: "L’helpdesk non l’ha accettato. Modificalo o ritiralo.",
    too_late: "Era già stato inviato prima della tua modifica, come #{id}. La modifica è conservata qui: inviala come testo a sé o ritirala.",
};
