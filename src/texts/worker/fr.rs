//! French, of what waits for the network.

use super::WorkerTexts;

/// French.
pub static FR: WorkerTexts = WorkerTexts {
    offline: "Pas de réseau. Ce que vous envoyez maintenant reste sur cet appareil et partira tout seul plus tard.",
    as_of: "Pas de réseau. La page était ainsi : {time}.",
    unseen: "Pas de réseau, et la page demandée n’a jamais été ouverte sur cet appareil.",
    waits_one: "Un texte attend le réseau",
    waits_other: "{n} textes attendent le réseau",
    some_refused: "Quelque chose n’a pas pu être envoyé : à vérifier",
    nothing: "Rien n’attend d’être envoyé.",
    report: "Signalement",
    message: "Message sur le ticket #{id}",
    photos: "photos : {n}",
    waiting: "En attente du réseau",
    was_refused: "Non envoyé : {why}",
    sent: "Envoyé : #{id}",
    see: "Ouvrir",
    remove: "Retirer de la liste",
    now: "Envoyer maintenant",
    without_photos: "Envoyer sans photos",
    not_yet: "L’envoi n’est pas encore possible. Il se fera tout seul plus tard.",
    edit: "Modifier",
    withdraw: "Ne pas envoyer",
    cancel: "Annuler",
    save: "Garder et envoyer",
    refused: "Le support ne l’a pas accepté. Modifiez-le ou renoncez à l’envoi.",
    too_late: "Il était déjà parti avant votre modification, avec le numéro #{id}. Votre modification est gardée ici : envoyez-la comme un texte à part ou renoncez à l’envoi.",
};
