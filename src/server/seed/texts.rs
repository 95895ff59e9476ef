//! What people on a made-up campus report, and what is said about it.

/// Something to do with the building: somebody comes with tools, keys or a mop.
pub(super) const FACILITY: [&str; 26] = [
    "The elevator is not working, it stops between the second and third floor.",
    "The radiator under the window is cold although it is turned up all the way.",
    "Water is dripping from the ceiling next to the projector screen.",
    "The door of the seminar room does not lock any more.",
    "Two of the ceiling lights flicker all the time, it gives everyone a headache.",
    "The toilet on the ground floor is blocked and the floor is wet.",
    "A window pane is cracked and there is glass on the sill.",
    "The automatic entrance door stays open and it is freezing in the hall.",
    "The heating is far too hot, we cannot open the windows either.",
    "There is a broken chair in the third row, the seat comes off.",
    "The light in the stairwell is out, it is completely dark in the evening.",
    "The tap in the tea kitchen does not stop running.",
    "There is mould on the wall behind the bookshelf.",
    "The bicycle rack has come loose from the ground.",
    "The sun blinds are stuck halfway down and cannot be moved.",
    "Bins in the corridor have not been emptied since Friday and it smells.",
    "The handrail of the ramp is loose, a wheelchair user nearly fell.",
    "The hand dryer sparks when it is switched on.",
    "The air conditioning in the computer lab makes a loud rattling noise.",
    "A floor tile is broken and several people have tripped over it.",
    "The soap dispenser has been empty for a week.",
    "My key does not open the lab any more since the cylinder was changed.",
    "There are wasps coming out of the wall next to the emergency exit.",
    "The drain of the emergency shower in the chemistry lab is blocked.",
    "The lecture hall has not been cleaned, there is rubbish under every seat.",
    "The wheelchair lift does not come when it is called.",
];

/// Something that carries data: a device, an account, a program.
pub(super) const IT: [&str; 26] = [
    "The WIFI is malfunctioning, my laptop loses the connection every few minutes.",
    "I cannot log in to my university account, the password is refused.",
    "The projector shows no signal over HDMI.",
    "The printer says paper jam but there is no paper in it.",
    "Eduroam asks for a certificate and then refuses to connect.",
    "The VPN connects but no internal page loads.",
    "My e-mail does not synchronise on the phone since the update.",
    "The learning platform shows a blank page when I open the course.",
    "The PC at the lectern does not start, it only beeps.",
    "I can't upload my thesis, the upload stops at 99 percent.",
    "The microphone in the lecture hall crackles so that nobody understands anything.",
    "The network socket next to the desk is dead.",
    "MATLAB says that the licence has expired on all computers of the pool.",
    "The card reader does not accept my student card since it was renewed.",
    "Two-factor codes do not arrive and I am locked out of the exam registration.",
    "The video conference has no sound although the camera works.",
    "The scanner sends files to nobody, they never arrive in my mailbox.",
    "My home directory is full and I cannot delete anything.",
    "The touchscreen of the smartboard reacts in the wrong place.",
    "The library search gives an internal server error for every query.",
    "A monitor in the computer lab flickers and goes black after a minute.",
    "The door terminal shows the wrong timetable since the server was moved.",
    "Somebody sends phishing mails in the name of our institute.",
    "The wireless presentation system does not find my tablet.",
    "The shared calendar is empty since the migration.",
    "The keyboard at terminal seven types the wrong letters.",
];

/// Something that a person or an office should do otherwise.
pub(super) const SERVICES: [&str; 24] = [
    "The canteen's food was cold again and the portion was half of what it used to be.",
    "The vegetarian dish was sold out at half past twelve, for the third day in a row.",
    "The examination office has not answered my letter for five weeks.",
    "The library closes at six during the exam weeks, please extend the opening hours.",
    "I was charged twice for the same lunch.",
    "The staff at the enrolment desk was rude and sent me away without a reason.",
    "My parking permit was refused although I handed in all papers.",
    "The dates of two compulsory exams overlap and nobody wants to change them.",
    "The coffee bar charges more than the price list says.",
    "The scholarship office lost my application.",
    "There are far too few places in the seminar and no waiting list.",
    "The dormitory office does not give my deposit back.",
    "The fee for the late return of a book was charged although I returned it in time.",
    "The shuttle bus left ten minutes early and the next one did not come.",
    "Allergens are not marked on the menu of the canteen.",
    "The sports course was cancelled without notice and without a refund.",
    "The counselling service has no appointment before the end of the term.",
    "My certificate has a wrong date and the office refuses to correct it.",
    "The queue at the cash desk is so long that I missed my lecture.",
    "The grade of my exam has not been published for two months.",
    "The child care closes before the last lecture ends.",
    "The salad bar was not refilled after one o'clock.",
    "The international office gave me wrong information about my visa letter.",
    "The bookshop on campus refuses student discount.",
];

pub(super) const BEFORE: [&str; 10] = [
    "",
    "",
    "",
    "Hello, ",
    "Dear helpdesk, ",
    "Since this morning: ",
    "Again: ",
    "Good morning, ",
    "Urgent, please. ",
    "As reported on the phone: ",
];

pub(super) const BEHIND: [&str; 12] = [
    "",
    "",
    "",
    "",
    " It has been like this since Monday.",
    " Several people have noticed it.",
    " Could somebody have a look, please?",
    " This is the second time this month.",
    " We have a class here tomorrow at eight.",
    " Thank you for your help!",
    " I am there until five o'clock.",
    " My colleague said that she reported it too, but nothing happened.",
];

pub(super) const BUILDINGS: [&str; 20] = [
    "Main Building",
    "Library",
    "Lecture Hall Centre",
    "Canteen",
    "Science Tower",
    "Chemistry",
    "Sports Centre",
    "Computer Science",
    "Café Résumé",
    "Dormitory East",
    "Dormitory West",
    "Law Faculty",
    "Medical School",
    "Music Hall",
    "Administration",
    "Greenhouse",
    "Workshop",
    "Student Union",
    "Language Centre",
    "Parking Deck",
];

/// What requesters write.
pub(super) const ASKED: [&str; 14] = [
    "Is there any news?",
    "It happened again today.",
    "It is getting worse, please hurry.",
    "Here is some more: it only happens in the afternoon.",
    "I tried what you said, without success.",
    "We moved to another room for now.",
    "The same problem exists one floor up.",
    "Yes, tomorrow at ten is fine.",
    "Thank you, it works for now.",
    "A colleague has the same problem.",
    "I can let you in at any time before four.",
    "Sorry, I was not there. Could you come again?",
    "It is still the same as in my report.",
    "Thanks a lot for the quick answer!",
];

/// What the helpdesk answers.
pub(super) const ANSWERED: [&str; 14] = [
    "Thank you for the report. We are looking into it.",
    "A technician will come tomorrow between nine and eleven.",
    "We have ordered the spare part, it takes about three days.",
    "Could you tell us the exact place, please?",
    "Please try it again now and tell us whether it works.",
    "This is fixed now. Please report it again if it comes back.",
    "We have passed this on to the company in charge.",
    "The part has arrived and will be fitted on Thursday.",
    "We could not find the fault. When does it happen?",
    "We have restarted the system, it should be better now.",
    "The office in charge has been told and will write to you.",
    "Somebody was there today, but the room was locked.",
    "We know of the problem and are working on it.",
    "Done. Thank you for your patience.",
];

/// What the helpdesk writes for itself.
pub(super) const NOTED: [&str; 8] = [
    "Third report about this in two weeks, ask the contractor.",
    "Waiting for the quote.",
    "Key is at the porter's desk.",
    "Belongs together with the report from next door.",
    "Warranty until the end of the year.",
    "Called back, nobody answered.",
    "Budget approved.",
    "Check again after the weekend.",
];

/// What the helpdesk keeps to say again: its title, its words, and the status that it leads to, if it does.
pub(super) const SAVED_REPLIES: [(&str, &str, &str); 7] = [
    (
        "We are on it",
        "Thank you for the report. Somebody is working on it now, and we will write here as soon as there is news.",
        "active",
    ),
    (
        "Ask for the room",
        "Could you tell us in which building and room this is, please? Then we can send somebody.",
        "",
    ),
    ("Ask what is seen", "Could you describe what exactly you see, word for word where there is a message?", ""),
    (
        "Restart the projector",
        "Please switch the projector off at the lectern, wait a minute until its fan has stopped, and switch it on again.\n\
         Does it show a picture then?",
        "",
    ),
    (
        "Connect to eduroam anew",
        "Please remove the network “eduroam” from your device and set it up again:\n\
         1. Forget the network.\n\
         2. Connect to it again.\n\
         3. Sign in with your full university address.",
        "",
    ),
    (
        "Solved, please check",
        "This should work again. If it does not, please report it again: the new report will point back to this one.",
        "closed",
    ),
    (
        "Passed on to the contractor",
        "We have passed this on to the company that maintains it. They usually come within three working days.",
        "active",
    ),
];
