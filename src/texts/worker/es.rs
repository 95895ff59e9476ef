//! Spanish, of what waits for the network.

use super::WorkerTexts;

/// Spanish.
pub static ES: WorkerTexts = WorkerTexts {
    offline: "Sin conexión. Lo que envíes ahora queda en este dispositivo y saldrá solo más tarde.",
    as_of: "Sin conexión. Así estaba la página: {time}.",
    unseen: "Sin conexión, y la página que pediste nunca se abrió en este dispositivo.",
    waits_one: "Un texto espera la conexión",
    waits_other: "{n} textos esperan la conexión",
    some_refused: "Algo no se pudo enviar: échale un vistazo",
    nothing: "No hay nada esperando a ser enviado.",
    report: "Aviso",
    message: "Mensaje en #{id}",
    photos: "fotos: {n}",
    waiting: "A la espera de conexión",
    was_refused: "No enviado: {why}",
    sent: "Enviado: #{id}",
    see: "Abrir",
    remove: "Quitar de la lista",
    now: "Enviar ahora",
    without_photos: "Enviar sin fotos",
    not_yet: "Todavía no se puede enviar. Saldrá solo más tarde.",
    edit: "Cambiar",
    withdraw: "Retirar",
    cancel: "Cancelar",
    save: "Guardar y enviar",
    refused: "El servicio de ayuda no lo aceptó. Cámbialo o retíralo.",
    too_late: "Ya se había enviado antes de tu cambio, como #{id}. Tu cambio se guarda aquí: envíalo como texto aparte o retíralo.",
};
