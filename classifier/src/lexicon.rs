//! What words say about a report: the table the classifier adds up, to be read and corrected by people.
//!
//! Patterns are lower case without diacritics, one word or a phrase joined by `_`. A word stands for itself and its
//! plural, with `*` for every word that begins so. `.` is the end of a clause. "can't", "isn't" and "cannot" are read as
//! `not`, and articles are skipped. Of all patterns that fit at a place the longest counts alone, so a phrase overrules
//! its words.

use crate::{
    FACILITY_MANAGEMENT, SERVICES_COMPLAINTS, TECHNICAL_IT,
    evidence::Kind::{self, Asks, Place, Says, Spares, Splits, Works},
};

/// Words that point at the place named next, in all six languages.
#[rustfmt::skip]
pub const NEAR: &[&str] = &[
    "in", "at", "on", "near", "inside", "outside", "by", "behind", "beside", "next", "opposite", "from", "under",
    "above", "im", "am", "beim", "neben", "vor", "au", "aux", "dans", "en", "nel", "nella", "nell", "al", "alla", "dal",
    "na", "dell", "della",
];

/// Words that turn "works" into its opposite.
#[rustfmt::skip]
pub const NOT: &[&str] = &[
    "not", "never", "no", "hardly", "barely", "nothing", "nobody", "none", "stopped", "stop", "quit", "longer",
    "neither", "non", "nicht", "nie", "kein", "keine", "pas", "plus", "ne", "nunca", "nao", "without", "only", "rarely",
    "if", "mai", "jamais",
];

/// Articles and the like, which stand between the words of a phrase.
#[rustfmt::skip]
pub const SKIPPED: &[&str] = &[
    "the", "a", "an", "my", "our", "your", "his", "her", "their", "its", "some", "any", "this", "that", "very",
    "really", "il", "lo", "la", "gli", "le", "les", "un", "une", "una", "der", "die", "das", "den", "dem", "ein",
    "eine", "el", "los", "las", "o", "os", "as",
];

/// Words that stand in every report, and are a reason for nothing.
#[rustfmt::skip]
const IDLE: &[&str] = &[
    "i", "we", "you", "he", "she", "they", "it", "me", "us", "them", "him", "my", "am", "is", "are", "was", "were", "be",
    "been", "has", "have", "had", "do", "does", "did", "and", "or", "but", "so", "of", "to", "for", "with", "as", "by",
    "there", "here", "then", "than", "what", "when", "where", "who", "which", "how", "why", "all", "just", "again",
    "still", "now", "today", "since", "please", "could", "can", "will", "would", "should", "one", "out", "up", "down",
    "il", "i", "di", "del", "della", "che", "e", "per", "con", "non", "si", "mi", "ci", "sono", "ho", "ha", "da", "piu",
    "de", "que", "y", "se", "es", "esta", "con", "para", "por", "su", "lo", "ya", "muy", "no", "hay", "der", "ist", "und",
    "ich", "wir", "es", "sie", "er", "zu", "mit", "auf", "fur", "von", "hat", "habe", "sind", "wird", "wurde", "seit",
    "noch", "schon", "auch", "bei", "je", "nous", "vous", "il", "elle", "est", "sont", "et", "du", "des", "ce", "ca", "sur",
    "pour", "qui", "ai", "a", "avec", "depuis", "em", "do", "dos", "da", "das", "no", "na", "com", "um", "uma", "sao", "tem",
    "mas", "ja",
];

/// Whether a word says something by itself, and may be shown as a reason.
pub fn is_telling(word: &str) -> bool {
    word.len() > 1
        && word.bytes().any(|sign| sign.is_ascii_alphabetic())
        && ![NEAR, NOT, SKIPPED, IDLE].iter().any(|idle| idle.contains(&word))
}

const FACILITY: Kind = Says(FACILITY_MANAGEMENT);
const IT: Kind = Says(TECHNICAL_IT);
const SERVICES: Kind = Says(SERVICES_COMPLAINTS);

/// Kind, weight in log-odds, patterns. A row for each weight and subject.
#[rustfmt::skip]
pub const ROWS: &[(Kind, f32, &str)] = &[
    // ---- How a sentence is built: what is fine, what is asked for, where a new thought begins.
    (Works, 0.0, "works . all_work both_work works_fine work_fine working_fine works_well work_well working_well \
        works_perfectly works_great works_ok works_okay works_again works_now works_properly works_normally works_and \
        works_it_should working_again working_perfectly is_fine are_fine was_fine were_fine all_fine is_ok are_ok \
        is_okay are_okay is_good are_good is_great are_great is_perfect is_nice not_problem not_issue not_to_blame \
        has_been_fixed"),
    (Works, 0.0, "funziona . funzionano . funziona_bene va_bene vanno_bene funktioniert . funktionieren . \
        funktioniert_gut in_ordnung ist_ok ist_gut fonctionne . fonctionne_bien marche . marche_bien va_bien \
        funciona . funciona_bien funciona_bem esta_bien"),
    (Spares, 0.0, "nothing_wrong_with no_problem_with not_about nothing_against not_problem_with no_complaint_about \
        nothing_to_do_with not_because_of instead_of no_issue_with happy_with"),
    (Asks, 0.0, "please could_you can_you could_someone can_someone could_somebody can_somebody i_need we_need i_want \
        we_want per_favore bitte plait por_favor just_fix"),
    (Splits, 0.0, "but however except ma pero aber mais mas sondern jedoch instead only_problem"),
    // ---- Words that are no misspelling of another, and so say nothing.
    (FACILITY, 0.0, "based clearing contact* contrast* extensive highlight* inspection* keller* learning lives \
        preserv* processor* proportion* protection remove* repeated session* sides starting state states string* \
        surprises taking templates through"),
    // ---- Places: they say little, and next to nothing after "in" or "at" (rule 1).
    (Place(SERVICES_COMPLAINTS), 1.3, "canteen* cafeteria* caffeteria* mensa* cantin* dining_hall* refectory \
        refettorio cafe comedor"),
    (Place(SERVICES_COMPLAINTS), 0.9, "library libraries gym gyms health_cent* medical_cent* bibliothe* bibliote* \
        fitness"),
    (Place(SERVICES_COMPLAINTS), 0.6, "office offices counter shuttle_stop bus_stop"),
    (Place(FACILITY_MANAGEMENT), 1.8, "toilet* bathroom* restroom* washroom* ladies_room men_room wc kitchen* \
        corridor* hallway* stairwell* staircase* stairs garage* bagno bagni bano banos toilett* casa_de_banho \
        banheiro* treppenhaus* couloir* corridoio pasillo* corredor*"),
    (Place(FACILITY_MANAGEMENT), 0.7, "room rooms dorm dorms residence* building* basement* entrance* wing lobby \
        auditorium classroom* hall halls lecture_hall* lecture_room* lecture_theat* seminar_room* exam_hall* \
        meeting_room* study_room* reading_room* computer_room* computer_lab* waiting_room* aula aule salle* sala \
        salas gebaude wohnheim* seminarraum* raum zimmer"),
    // ---- Facility management.
    (FACILITY, 3.3, "elevator* lift lifts lift_door* stairlift* escalator* elevator_screen* elevator_display* \
        screen_in_elevator screen_in_lift display_in_elevator display_in_lift lift_display* lift_screen* \
        screen_of_lift screen_of_elevator"),
    (FACILITY, 3.0, "leak leaks leaking leaked leakage drip* dripping_from flood* tap taps faucet* sink sinks urinal* \
        pipe pipes plumbing drain* sewage sewer* clog* shower* gutter* soap paper_towel* hand_dryer* toilet_paper \
        hot_water cold_water no_water running_water flush* water_fountain* drinking_fountain* water_pressure \
        water_dispenser* water_cooler* water_comes water_coming burst puddle* cistern* gents toilet_seat washbasin* \
        basin hose sprinkler* overflow_pipe"),
    (FACILITY, 1.4, "water wet rain* ceiling_lamp blocked"),
    (FACILITY, 3.0, "heating heater* radiator* boiler* thermostat* air_con* aircon* hvac ventilation ventilator* vent \
        vents draught* too_cold too_hot too_warm freezing_in is_freezing freezing_cold stuffy insulation no_heat"),
    (FACILITY, 1.7, "sauna arctic humid* damp* moisture condensation mildew airless suffocat* heat freezing fan fans \
        degrees temperature* ac coats sweat* draft* boiling chilly unbearably"),
    (FACILITY, 0.8, "cold hot warm air breathe"),
    (FACILITY, 3.2, "power_cut* power_outage* power_fail* power_went no_power no_electricity no_current blackout* \
        fuse* socket* power_outlet* electric* light lights room_light* ceiling_light* bulb* lighting light_switch* \
        fluorescent streetlight* street_lamp* street_light* lamp_post* lamppost*"),
    (FACILITY, 1.9, "dark lamp lamps power wiring spark sparks sparking outlet* switch flicker* breaker* circuit* \
        generator*"),
    (FACILITY, 0.6, "since_power_cut after_power_cut after_power_outage since_power_outage power_back power_is_back \
        after_blackout after_power_fail*"),
    (FACILITY, 3.0, "door doors doorknob* gate gates barrier* bollard* locker* hinge* door_handle* window windows \
        shutter* turnstile* badge_reader* unlock_door unlock_room card_reader_at_door door_card_reader door_code \
        lock_of not_open_door key_broke keyhole* padlock*"),
    (FACILITY, 1.8, "lock locks handle handles badge badges unlock* locked_out locked_in intercom*"),
    (FACILITY, 1.4, "key keys key_card* keycard* bell doorbell lid hatch awning sign signage signpost notice_board \
        plug_socket plug plugs storage_room hole gap nail lost_key* trapped seat seats removed hanging leaning \
        fell_off came_off falling collapsing"),
    (FACILITY, 1.0, "not_open not_close not_shut not_lock locked stuck jammed card_reader*"),
    (FACILITY, 2.6, "chair chairs table tables bench* furniture whiteboard* white_board* blackboard* chalk* blind \
        blinds curtain* shelf shelves cupboard* wardrobe* drawer* mattress* bed beds sofa* couch carpet* tile tiles \
        ceiling* roof* skylight* atrium handrail* railing* bannister* paint* plaster* wobbl* coat_hook* hook hooks \
        mirror* partition* armrest*"),
    (FACILITY, 1.4, "wall walls glass pane wooden floorboard* rug doormat* radiator_cover"),
    (FACILITY, 1.2, "desk desks floor_is on_floor broken_glass crack* scratched torn loose collapsed screw* rust* \
        step steps"),
    (FACILITY, 2.6, "dirty filthy dust* mop mopped trash garbage rubbish litter bin bins dustbin* waste spill* sticky \
        stain* smell* smelly stink* stank odor* odour* mould* moldy mold graffiti vomit uncleaned not_cleaned \
        never_cleaned cleaned cleaning overflow* unsanitary messy"),
    (FACILITY, 3.0, "mouse_dropping* mice rat rats cockroach* roach* wasp* bee bees hornet* bed_bug* bedbug* pest \
        pests insect* spider* pigeon* rodent* droppings infest* nest nests ant ants flies mosquito* silverfish vermin \
        moth moths flea* termite* squirrel* raccoon* bird birds bat bats snake*"),
    (FACILITY, 3.2, "alarm* fire fires fire_alarm* fire_drill* fire_door* smoke smoke_detector* extinguisher* \
        emergency_exit* evacuat* cctv security_camera* surveillance stolen theft* stole thief* steal* slippery slip \
        slipped slipping tripped trip_over hazard* asbestos gas break_in burglar* vandal* injur* stretcher smashed \
        defibrillator first_aid siren* eyewash kicked_in"),
    (FACILITY, 1.3, "exit exits camera cameras dangerous emergency scary unsafe"),
    (FACILITY, 2.6, "pothole* pavement* sidewalk* footpath* path paths road snow ice icy tree trees branch branches \
        bush* grass lawn* ramp ramps wheelchair* bike_rack* bike_cellar bicycle* fence* shelter* car_park* \
        parking_lot* parking_space* parking_garage* disabled_space* courtyard* gravel drainage manhole* kerb* curb* \
        leaves garden* hedge* salted gritted"),
    (FACILITY, 1.4, "parking park parked parking_spot* car cars scooter* bike bikes accessib* outdoor*"),
    (FACILITY, 3.0, "fridge* refrigerator* freezer* microwave* oven* stove* washing_machine* tumble_dryer* dryer \
        dryers dishwasher* kettle* hob cooker treadmill* rowing_machine* exercise_bike* dumbbell* fume_hood* \
        bunk_bed*"),
    (FACILITY, 2.4, "drilling drill* hammer* jackhammer* humming construction building_work* building_site roadwork* \
        renovation* scaffold* rattl* squeak* creak* noise_from_construction"),
    (FACILITY, 2.4, "lavatory loo cubicle* sanitary tampon* clock clocks greenhouse terrace balcony container* \
        recycling compost cabinet* bookshelf bookshelves bookcase* topple* screech* scraping jolt* vibrat* storm blew \
        duct ducts valve* weeds statue* please_empty caulk* socket_cover step_ladder ladder* toilet_brush \
        parking_sign candle* lightning coat_rack* rack racks lounge_chair* swing* playground* basketball_hoop \
        goalpost* net_is_torn"),
    (FACILITY, 1.0, "noise noisy noises maintenance janitor* caretaker* repair* broken broke fell out_of_order \
        missing carpenter"),
    // ---- Technical IT.
    (IT, 3.4, "wifi* wi_fi wfi wiif wlan* eduroam internet* network* ethernet router* vpn lan hotspot* wireless* \
        access_point* bandwidth offline firewall* proxy dns ip_address mac_address ssid roaming intranet broadband \
        network_socket* ethernet_socket* network_outlet* lan_socket* network_cable*"),
    (IT, 3.0, "password* passwort* passcode* login* logon log_in log_into log_on logging_in logged_out logs_me \
        sign_in sign_into signing_in signed_out sso two_factor 2fa mfa authenticat* username* user_name credential* \
        captcha verification_code account* account_locked locked_account locked_out_of_account access_denied \
        permission_denied reset_link not_recogni* bank_card_refused"),
    (IT, 3.0, "card_refused card_rejected card_declined card_not_accept* card_not_work* not_accept_card* \
        refuses_card* rejects_card* not_read_card* card_not_read card_terminal* payment_terminal* cash_register* till \
        tills self_checkout* self_service_checkout self_check kiosk* touchscreen* touch_screen* payment_refused \
        payment_fail* not_pay_by_card not_pay_with_card card_is_refused"),
    (IT, 2.5, "email* e_mail* mail mails mailbox* inbox* outlook gmail spam phishing attachment* zoom webex skype \
        sharepoint onedrive ms_teams teams_keeps teams_call teams_meeting video_conf* video_call* mailing_list* \
        newsletter"),
    (IT, 5.5, "tracking_app* shuttle_app* bus_app* shuttle_tracker payment_page* permit_website* permit_portal \
        payment_portal* exam_software fees_portal fee_portal payment_system booking_app menu_app canteen_app \
        laundry_app"),
    (IT, 3.0, "software matlab python latex office_365 microsoft excel powerpoint adobe photoshop autocad spss \
        install* uninstall* licence* license* app apps crash crashes crashed crashing bug bugs buggy virus* malware \
        hacked hacker* popup* pop_up* driver_update software_update* upgrade* windows_10 windows_11 windows_update \
        macos linux operating_system printer_driver* firmware bios antivirus rstudio jupyter overleaf turnitin gitlab \
        github dropbox chatbot chatgpt cookies cache cluster gpu closed_itself remote_desktop ssh server*"),
    (IT, 2.6, "error* 404 500 502 503 timeout* times_out timed_out time_out session_expired freezes froze app_hangs \
        portal_hangs page_hangs site_hangs form_hangs website_hangs it_hangs not_load never_load* keeps_loading \
        loading load loads not_respond* unreachable not_reachable unavailable_online malfunction* glitch* is_down \
        goes_down went_down system_down"),
    (IT, 2.8, "browser* chrome firefox safari web_site* homepage portal* moodle* ilias lms canvas learning_platform \
        upload* download* hyperlink* broken_link* link links pdf file files sync* synchroni* cloud backup* database* \
        catalogue* catalog opac ebook* e_book* e_resource* e_journal* electronic_resource* online_journal* \
        online_form* qr url streaming booking_system* booking_tool* room_booking"),
    (IT, 1.4, "frozen hangs hung page pages site online calendar* teams program update updates updating black blank \
        pixel* blurry focus quota deleted disappeared remote token keeps_dropping drops missing_key* system button \
        click clicking form forms submit slow data digital cable* adapter* charger* battery batteries access device* \
        driver_missing type typing"),
    (IT, 3.0, "computer* laptop* pc pcs desktop* notebook* tablet* ipad* macbook* keyboard* monitor* usb hdmi vga \
        displayport blue_screen bluescreen reboot* restart* boot boots booting webcam* headset* headphone* \
        hard_drive* hard_disk* shared_drive* network_drive* docking_station* workstation* computer_mouse \
        mouse_and_keyboard it_department it_support helpdesk_ticket"),
    (IT, 3.2, "printer* print print_job* prints printed printout* toner* cartridge* paper_jam* scanner* scan scans \
        scanning copier* photocop* copy_machine* projector* projektor* beamer* projection projector_lamp* \
        lamp_of_projector smartboard* smart_board* interactive_board* interactive_whiteboard* microphone* mic mics \
        speaker* loudspeaker* speakers_hum information_screen* info_screen* menu_screen* digital_sign* room_display* \
        clicker* laser_pointer document_camera* overhead dial_tone telephone* landline* voicemail lecture_recording* \
        lecture_capture menu_display* smart_screen"),
    (IT, 2.3, "phone phones smartphone* mobile_data web folder folders drive directory player subtitle* cursor icon \
        icons spinner buffer* lag lags lagging bounce* not_receiv* memory disk not_submit not_send not_sync not_hear \
        not_upload not_download not_connect* not_display not_show_anything invites receipts touchpad trackpad"),
    (IT, 2.9, "screen screens display displays"),
    (IT, 3.2, "caps_lock keyboard_key* barcode* access_forbidden forbidden card_reader_of_printer card_reader_at_till \
        spreadsheet* plugin* plug_in ftp webmail thunderbird imap smtp esim tv tvs television* remote_control \
        thin_client* ssd 3d_printer* notification* gps forwarding terminals muted unmute echoes echo calibrat* \
        cropped compil* backup_drive data_projector hearing_loop induction_loop attendance_app stylus drawing_tablet* \
        dvd ms_word usb_stick* memory_stick* voice_mail distribution_list"),
    (IT, 2.3, "audio video* sound volume picture recording recordings stream signal connection* connect* disconnect* \
        reconnect* terminal* technical plugged unplugged ink slides lectern"),
    (IT, 3.6, "card_payment* card_machine* card_device* web_page* webpage* website* self_service_station* read_only \
        word_document*"),
    (IT, 3.6, "screen_flicker* display_flicker* monitor_flicker* phone_is_dead phone_dead storage_quota mailbox_quota \
        print_queue printer_queue blank_page white_page control_panel touch_panel* media_panel cash_desk* \
        screen_black screen_shar* podium bluetooth airplay chromecast panopto opencast kaltura chip_card loan_laptop*"),
    (IT, 1.8, "printing"),
    // ---- Services complaints.
    (SERVICES, 3.8, "rude* unfriendly impolite arrogant* insult* yell* shout* unhelpful disrespect* humiliat* racis* \
        sexis* discriminat* harass* bully* bullied unprofessional* condescend* unkind attitude hostile willing \
        unwilling not_help* refused_to_help not_care ignored ignores ignore ignoring laughed_at mistreat* offensive \
        offended bad_behaviour dismissive not_listen incompetent grumpy patronis* patroniz*"),
    (SERVICES, 2.6, "nasty cruel scold* told_off ridicul* unqualified sloppy scam ripped_off mumbl* disorgani* \
        chaotic mess_up messed_up handed_in never_given nobody_explained smoke_in students_smoke smoking_in \
        closed_without look_away looks_away look_after told_to_google spoke_to_me talked_down talks_down send_me_away \
        wrong_person knocking without_permission privacy paid_for one_star stalk*"),
    (SERVICES, 2.4, "slam* in_face gave_place place_was_given shrug* mock mocks mocked mocking sarcas* told_me_to \
        sent_me_away sent_away come_back_tomorrow turned_down no_reason reason_given no_explanation not_explain* \
        excuse* apolog* misled mislead* someone_else_got somebody_else runaround does_nothing do_nothing nobody_cares \
        blamed joke jokes punish* appeal"),
    (SERVICES, 2.6, "favor favors favour favours favouring favoring hung_up scream* told_me_three different_things \
        refuses refused aggressive* inappropriate* threat* swore swears drunk asleep sleeping_at gossip* flirt* \
        stare* staring careless* negligen* accus* pushed_me attendant* lifeguard* caterer* catering_company \
        conductor* inspector* invigilator* proctor* examiner* lab_assistant* teaching_assistant* rector provost \
        bookshop shop_assistant childcare nursery kindergarten student_union erasmus bursary waiver reschedul* \
        public_holiday on_holiday absent absence nobody_informs not_informed nobody_told no_one_told not_told \
        contradict* meal_plan voucher* meal_card slots slot first_on_list on_list eligib* approv* stamp signature \
        gloves cough* plastic curry stew noodle* tofu potato* cake sauce* alumni roll_over lost_application \
        extension_of hygien* skipped_queue"),
    (SERVICES, 0.8, "she he him they them told said asked although though why how_come friends should informed \
        announced rejected denied person people wants gave given forgot_to let_me"),
    (SERVICES, 3.0, "unfair* unjust* injustice arbitrary complain* complaint* file_complaint biased favourit* lazy \
        mean_to threw_away treated treat treats treatment not_show_up never_show* no_show not_turn_up never_turned_up \
        never_came not_appear stood_me_up lied prejudice* unprepared"),
    (SERVICES, 1.3, "nobody_came no_answer no_repl* no_response not_answer* not_repl* never_repl* never_answer* \
        nobody_answer* nobody_repl* still_waiting waiting_for been_waiting wait waited weeks_ago unacceptable \
        promised slow_service no_one_answer* no_one_repl*"),
    (SERVICES, 3.4, "never_answers_email* not_answer_email* never_replies_to_email* not_reply_to_email* \
        not_respond_to_email* ignores_email* ignored_email* answer_phone answers_phone pick_up_phone picks_up_phone \
        picks_up phone_rings on_hold"),
    (SERVICES, 2.0, "late later delay* cancel* postpone* last_minute without_notice without_warning short_notice \
        too_early too_late early refused_to impossible_to_reach on_time not_punctual deadline* behind_schedule \
        promise"),
    (SERVICES, 3.0, "food meal* lunch* dinner* breakfast* menu menus dish dishes soup* salad* vegan* vegetarian* \
        halal kosher allerg* portion* undercooked overcooked tasteless milk juice yogurt cheese egg eggs buffet grill \
        kitchen_staff sugar taste* stale meat chicken fish pasta rice sandwich* pizza* burger* bread fruit vegetable* \
        dessert* cook cooks chef* catering plate plates cutlery fork forks gluten* lactose* nutrition* snack* tray \
        trays hungry queue* queuing lineup ran_out_of sold_out poisoning coffee tea drinks hair_in disgusting bland \
        inedible bacon ham pork jambon ingredient* reheated salty greasy fatty watery lukewarm glass_of_water sour \
        served serving spicy beans"),
    (SERVICES, 3.8, "vending* vending_machine* coffee_machine* coffee_vending* snack_machine* drinks_machine* \
        swallowed_money ate_money"),
    (SERVICES, 3.3, "price* pricey expensive overpriced cheaper cost costs costly fee fees charge charges charged \
        overcharg* refund* reimburs* deposit* rent rents invoice* tuition scholarship* stipend* fined late_fee \
        parking_fine* parking_ticket* parking_permit* library_fine* got_fine fine_for pay_fine fine_of penalty \
        permit_price permit_cost* discount* owe owes bank_account* money_back double_charged wrong_amount billed \
        payroll salary wage wages"),
    (SERVICES, 3.4, "robbery rip_off ripoff cents printing_credit* printing_cost* printing_price* laundry_price* \
        price_of"),
    (SERVICES, 1.7, "fine fines money bill bills paid pay pays euro euros eur dollar* afford* permit payment* coins"),
    (SERVICES, 2.4, "exam exams examin* midterm* quiz grade grades graded grading professor* lecturer* teacher* \
        tutor* supervisor* instructor* dean committee course courses timetable* schedul* double_book* overlap* clash* \
        waiting_list* waitlist* feedback syllabus curriculum thesis homework certificate* transcript* diploma* visa \
        overbooked overcrowded too_small too_few too_full too_crowded too_many_students result results marked \
        assignment_graded supervis* credit_transfer recogni*_credit ects wrong_semester plagiarism internship \
        recommendation academic_calendar degree misspelled reference_letter same_time"),
    (SERVICES, 1.0, "lecture lectures class classes lesson enrol* registration semester assignment* seminar seminars \
        marks application* documents counted ta credits booked seats_in places teaching capacity reserved letter \
        faculty hr increase* offered assigned application_for"),
    (SERVICES, 2.5, "registrar* admission* secretar* bursar* receptionist* front_desk information_desk service_desk \
        nobody_at_desk at_desk reception_staff clerk* librarian* counsel* advisor* adviser* administration \
        administrat* staff staff_member* employee* opening_hour* opening_time* office_hour* closing_time* \
        appointment* guard guards security_guard* porter international_office student_service* exam_office \
        exams_office speak_english wrong_information misinform* bureaucra* paperwork manager waiter* human_resources \
        housing_office lost_and_found only_open open_only only_on hour_week hours_week never_open lunch_break \
        security_staff cashier* canteen_staff lady woman_at man_at"),
    (SERVICES, 1.2, "smoking smokers sing sings security reception hours closes closed close_at opens help_desk \
        technician* cleaner cleaners plumber* electrician* service services lost_documents crowded choice variety \
        quality options option healthy policy rule rules enforce* member_of_staff staff_parking"),
    (SERVICES, 2.5, "shuttle* bus buses bus_driver* driver drivers bus_stop_moved train tram route routes commute \
        passenger* seats_on no_seats seats_left not_stop_at departure* bus_line* campus_bus timetable_of_bus"),
    (SERVICES, 2.3, "roommate* flatmate* housemate* neighbour* neighbor* party parties partying loud_music \
        loud_people loudly talking_loud* shouting quiet_hour* silent_zone quiet_zone music allocation allocated \
        room_swap warden landlord contract* moving_out move_out eviction"),
    (SERVICES, 0.9, "loud talk talking silent laundry"),
    (SERVICES, 2.3, "loan loans borrow* book books overdue renew* extend return_book interlibrary copies_of textbook* \
        shelved"),
    (SERVICES, 2.6, "membership* trainer* coach* doctor* nurse* physician* dentist* therapist* therapy psycholog* \
        prescri* vaccin* physio* massage medical sports_course* yoga fitness_class* personal_trainer swimming"),
    // ---- Italian.
    (FACILITY, 2.8, "ascensor* riscaldament* rubinett* perdita perde_acqua allagat* soffitt* porta porte finestr* \
        luce luci lampadin* presa prese corrente carta_igienica sporc* puzza* muffa sedia sedie tavol* parchegg* topi \
        scarafagg* gabinett* climatizzat* condizionat* cancello gelo si_gela doccia docce frigorifer* scale tetto \
        serratur* armadi* rumori_dei_lavori sbarra"),
    (IT, 2.8, "stampant* proiettor* videoproiettor* schermo rete connession* accedere accesso_al posta_elettronica \
        account_bloccato portale sito pagina credenzial* microfon* tastier* casse_audio errore scaricar* caricar* \
        programma"),
    (SERVICES, 2.8, "cibo pasto pasti pranzo cena caro cara cari costos* prezz* maleducat* scortes* segreteri* \
        personale navetta ritardo autobus esame esami voto voti ingiust* docent* professoress* orari orario apertura \
        chiude rimbors* tass* affitt* cauzion* coda multa borsa_di prestit* libri libro appuntament* risposta \
        abbonament* palestra rett* freddo_cibo disgustos*"),
    (IT, 2.6, "casella casella_di_posta son_ne boite_mail postfach bandeja_de_entrada caixa_de_correio mon_compte \
        compte konto_wurde konto_gesperrt kartenleser* mensakasse* kopierer* fotocopia* photocopieuse* suono sonido \
        tarjeta_rechazada carte_refusee karte_abgelehnt tessera_rifiutata application_ne aggiornament* aktualisier* \
        actualiz* mise_jour gesperrt chiavetta cle_usb fernseher televis*"),
    (SERVICES, 2.6, "factur* assente ausente* faltou abgesagt verschob* annullat* annule* cancelad* si_rifiuta \
        se_niega weigert gridat* urlat* geschrien angeschrien crie grito gritou razzis* rassis* winzig genervt \
        contratt* contrat vertrag* musik musique musica fiesta festa lezion* vorlesung* einschreib* inscri* \
        iscrizion* stipendium cerraron fermeture chiude_presto ventanilla prestado prolungar*"),
    (SERVICES, 3.8, "macchinetta* distributore_automatico kaffeeautomat* getrankeautomat* snackautomat* \
        distributeur_automatique machine_cafe maquina_de_cafe maquina_expendedora maquina_de_venda"),
    (FACILITY, 2.6, "tapparell* zieht zerbrochen zusammengebrochen poignee* volet* enchufe_roto formich* ameisen \
        fourmis hormigas formigas caldaia rampe rollstuhlrampe vereist verglas schnee glatteis neve ghiaccio nieve \
        hielo allarm* feuerloscher estintor* extincteur* extintor* vetro vetri vitre vitres vidrio* vidro* lavagna \
        pizarra* rifiuti immondizia spazzatura ordures dechets lavatric* lavadora* bouche bouchee bouches bouchees \
        souris_dans maquina_de_lavar desague* fahrrad* goteo gotea goteia bagnat* scivolos* rubat* gestohlen* \
        rutschig* mouille* glissant* vole voleur* mojad* resbaladiz* robad* molhad* escorregad* roubad*"),
    (FACILITY, 1.3, "rott* guast* freddo caldo kaputt* defekt* kalt heiss casse cassee froid froide chaud roto rota \
        frio quebrad* avariad* danad* rumor* larm bruit ruido barulho"),
    (SERVICES, 2.6, "autista conducente fahrer* chofer motorista* grosseir* grossier* dottor* medico medici medecin* \
        arzt arztin infirmi* enfermer* kellner* coinquilin* mitbewohner* colocataire* troppo_piccol* zu_klein \
        trop_petit* demasiado_peque* muito_pequen* non_risponde antwortet_nicht no_responde nao_responde"),
    // ---- German.
    (FACILITY, 2.8, "aufzug* fahrstuhl* heizung* heizkorper* eiskalt wasserhahn* verstopft tropf* undicht \
        uberschwemm* decke tur turen tuer* turklinke* fenster* licht lampe* gluhbirne* strom stromausfall steckdose* \
        sicherung schranke* parkplatz* parkhaus* schimmel* schmutz* dreck* mull* gestank stinkt stuhl stuhle tisch \
        tische tafel* jalousie* vorhang* dusche* waschmaschine* kuhlschrank* klimaanlage* wespen* kakerlaken* maus* \
        mause treppe* rolltreppe* feueralarm* brandmelder* schloss spind* toilettenpapier seife dach baustelle* \
        baularm"),
    (IT, 2.8, "drucker* drucken netzwerk* anmelden anmeldung* einloggen konto benutzerkonto* bildschirm* rechner* \
        lautsprecher* mikrofon* webseite* seite_ladt ladt_nicht fehlermeldung* abgesturzt erreichbar zugang* \
        verbindung* kabel tastatur* bild lizenz* hochladen kartenterminal* kasse"),
    (SERVICES, 2.8, "essen mensaessen teuer* preis* unfreundlich* unverschamt* unhoflich* frech mitarbeiter* \
        sekretariat* studierendensekretariat* personal_ist personal_war verspat* zu_spat spat busse busfahrer* \
        prufung* pruefung* klausur* meine_note noten benot* note_ist dozent* offnungszeit* oeffnungszeit* gebuhr* \
        kaution* miete miet* stundenplan* warteschlange* schlange mahngebuhr* bafog ausleih* bucher termin termine \
        antwort* ungerecht* beschwer* erstatt* warte vegetarisch* mensa_preise ruhestor*"),
    // ---- French.
    (FACILITY, 2.8, "ascenseur* chauffage* radiateur* fuite* eau inond* robinet* plafond* portes fenetre* lumiere* \
        eclairage ampoule* prise prises courant coupure* est_sale sont_sales tres_sale salete poubelle* odeur* moisi* \
        chaise* tableau_blanc rideau* cafards souris_mortes climatisation climatiseur* escalier* serrure* toit \
        douche* frigo refrigerateur* barriere* panne_de_courant papier_toilette savon machine_laver bruit_des_travaux"),
    (IT, 2.8, "imprimante* imprim* videoprojecteur* projecteur* ordinateur* mot_de_passe mots_de_passe reseau* \
        connecter connexion messagerie* courriel* ecran* identifiant* compte_bloque site_web page_web logiciel* \
        clavier* haut_parleur* se_connecter hors_ligne telecharg* plateforme* serveur_informatique bug_du"),
    (SERVICES, 2.8, "nourriture repas plat plats cantine_est cher chere cheres prix malpoli* impoli* desagreable* \
        secretariat* accueil personnel navette* retard chauffeur* examen* note_d_examen notes_d_examen ma_note \
        note_est professeur* enseignant* horaire* ferme_trop trop_tot trop_tard rembours* frais loyer caution bourse* \
        file_d_attente amende* emploi_du_temps rendez_vous injust* plainte* attente livre livres mauvais_accueil"),
    // ---- Spanish and Portuguese.
    (FACILITY, 2.8, "elevador* calefaccion aquecimento fuga gotera* infiltrac* inundac* inundad* agua grifo* \
        torneira* puerta* portas ventana* janela* luz luces luzes bombilla* lampada* enchufe* tomada tomadas techo \
        teto tecto sucio* sucia* sujo* suja* sujidade basura lixo cucaracha* barata baratas ratones ratos \
        aire_acondicionado ar_condicionado silla* cadeira* mesa mesas escalera* escadas estacionamiento \
        estacionamento aparcamiento moho mofo bolor ducha* chuveiro nevera* frigorifico* cerradura* fechadura* \
        atascado_inodoro inodoro* papel_higienico mucho_frio persiana* cheiro huele goteira*"),
    (IT, 2.8, "impresora* impressora* proyector* projetor* contrasena* senha* palavra_passe iniciar_sesion conexion \
        ligacao rede sin_red red_no red_caida red_wifi red_inalambrica ordenador* computador* pantalla* ecra* tela \
        correo* sitio sistema clave_de cuenta conta micro microfono altavoz* erro aplicacion aplicativo sesion \
        utilizador usuario descarg* entrar_na cargar"),
    (SERVICES, 2.8, "comida* almuerzo* almoco* refeic* caras precio* preco* groser* maleducad* mal_educad* mal_educ* \
        secretari* funcionari* profesor* docente* autocarro* onibus tarde atras* retras* exame* nota notas horario* \
        matricula_cobr* reembols* beca bolsa_de fianza alquiler renda aluguel fila cola queja* reclam* atendimento \
        atencion cobr* prestamo livro livros libros personal_de desagradabl* antipatic*"),
];
