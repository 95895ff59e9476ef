//! Names of places: read from a table that a campus has already, found while they are typed, and written into addresses.

use crate::{
    domain::{
        place::Poster,
        text::{self, PLACE_MAX},
    },
    error::AppError,
};
use csv::ReaderBuilder;
use deunicode::deunicode;
use encoding_rs::{UTF_8, WINDOWS_1252};
use qrcode::{EcLevel, QrCode, render::svg};

/// Words that only the first line of a table begins with.
const HEADINGS: [&str; 14] = [
    "place", "places", "building", "room", "name", "luogo", "edificio", "ort", "gebaude", "raum", "lieu", "batiment",
    "lugar", "id",
];

/// What a table of places says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The places, each once, in its order.
    pub names: Vec<String>,
    /// Lines that no place can be made of, counted from 1.
    pub refused: Vec<u64>,
}

/// Reads a table: a place a line, its columns (building, room) joined by commas. Columns may stand between commas, semicolons or tabs;
/// a first line of headings is none.
pub fn read_table(text: &str) -> Table {
    let first = text.lines().next().unwrap_or_default();
    // A semicolon or a tab separates where there is one: a comma may then be part of a name.
    let delimiter = *[b'\t', b';'].iter().find(|one| first.contains(char::from(**one))).unwrap_or(&b',');
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let (mut table, mut seen) = (Table::default(), std::collections::HashSet::new());
    for (row, record) in reader.records().enumerate() {
        // Text with lines of any length has no errors.
        let Ok(record) = record else { continue };
        let cells: Vec<&str> = record.iter().map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let is_heading = row == 0 && cells.first().is_some_and(|cell| HEADINGS.contains(&fold(cell).as_str()));
        if is_heading || cells.is_empty() {
            continue;
        }
        // A place is a line, whatever a cell of a spreadsheet may hold.
        let name = cells.join(", ").split_whitespace().collect::<Vec<_>>().join(" ");
        match text::place(&name) {
            Ok(Some(name)) if seen.insert(name.clone()) => table.names.push(name),
            Ok(_) => {}
            Err(_) => table.refused.push(record.position().map_or(0, csv::Position::line)),
        }
    }
    table
}

/// A table's text: UTF-8, or else as spreadsheets on Windows write it, where every byte is a character.
pub fn decode(bytes: &[u8]) -> String {
    let (text, _) = UTF_8.decode_with_bom_removal(bytes);
    if std::str::from_utf8(bytes).is_ok() { text.into_owned() } else { WINDOWS_1252.decode(bytes).0.into_owned() }
}

/// A name as it is compared: without capitals and accents.
pub fn fold(name: &str) -> String {
    deunicode(name).trim().to_lowercase()
}

/// How well a folded name answers to what was typed, folded: the lower the better, none for not at all. All its words have to be
/// there, each at the beginning of a word or in one.
pub fn rank(name: &str, typed: &str) -> Option<u8> {
    if name.starts_with(typed) {
        return Some(0);
    }
    let words = || name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut rank = 1;
    for wanted in typed.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !words().any(|word| word.starts_with(wanted)) {
            if !words().any(|word| word.contains(wanted)) {
                return None;
            }
            rank = 2;
        }
    }
    Some(rank)
}

/// A name within an address: `library-room-1-02`.
pub fn slug(name: &str) -> String {
    slug::slugify(name)
}

/// A name as one step of a path, whatever stands in it.
pub fn step(name: &str) -> String {
    // The only difference between a form's encoding and a path's.
    form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The poster of a place whose form is at that path of the site.
///
/// # Errors
/// [`AppError::Malformed`] for an address that no QR code holds.
pub fn poster(place: &str, origin: &str, path: &str) -> Result<Poster, AppError> {
    let address = format!("{origin}{path}");
    // A quarter of it may be torn off or written on.
    let code = QrCode::with_error_correction_level(&address, EcLevel::Q);
    let code = code.map_err(|_| AppError::Malformed { what: "the place, whose address is too long".to_owned() })?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(200, 200).quiet_zone(true).build();
    // Within a page it is an element, no document.
    let svg = drawn.split_once("?>").map_or(drawn.as_str(), |(_, svg)| svg).to_owned();
    let link = address.split_once("://").map_or(address.as_str(), |(_, link)| link).to_owned();
    Ok(Poster { place: place.to_owned(), link, svg })
}

const _: () = assert!(PLACE_MAX < 200, "the longest place is to fit a QR code");

#[cfg(test)]
mod tests {
    use super::*;

    fn names(table: &[u8]) -> Vec<String> {
        read_table(&decode(table)).names
    }

    #[test]
    fn a_table_is_read_whatever_program_wrote_it() {
        assert_eq!(
            names(b"Building,Room\nLibrary,1.02\nLibrary, 1.03 \n\nCanteen,\n"),
            ["Library, 1.02", "Library, 1.03", "Canteen"]
        );
        assert_eq!(names("\u{feff}Gebäude;Raum\r\nHörsaal, alt;1\r\n".as_bytes()), ["Hörsaal, alt, 1"]);
        assert_eq!(names(b"Library\tGround floor\nLibrary\tGround floor\n"), ["Library, Ground floor"]);
        assert_eq!(names(b"\"Hall \"\"A\"\"\",\"line\nbreak\"\n"), ["Hall \"A\", line break"]);
        assert_eq!(names(b"placeholder room\n"), ["placeholder room"]);
        assert_eq!(names(b""), Vec::<String>::new());
    }

    #[test]
    fn lines_that_are_no_places_are_named_and_the_others_taken() {
        let long = "x".repeat(PLACE_MAX + 1);
        let table = read_table(&format!("Library\n{long}\nbell\u{7}\nCanteen\n"));
        assert_eq!(table, Table { names: vec!["Library".into(), "Canteen".into()], refused: vec![2, 3] });
        // A spreadsheet on Windows.
        assert_eq!(names(b"H\xf6rsaal;\x84alt\x93\n"), ["Hörsaal, „alt“"]);
    }

    #[test]
    fn names_are_found_by_beginnings_then_words_then_parts_of_words() {
        let at = |name: &str, typed: &str| rank(&fold(name), &fold(typed));
        assert_eq!(at("Hörsaal 3", "hors"), Some(0));
        assert_eq!(at("Main building, Hörsaal 3", "HÖR 3"), Some(1));
        assert_eq!(at("Main building, 1.102", "102"), Some(1));
        assert_eq!(at("Hauptbibliothek", "bibliothek"), Some(2));
        assert_eq!(at("Library", "canteen"), None);
        assert_eq!(at("Library", ""), Some(0));
    }

    #[test]
    fn an_address_names_a_place_readably() {
        assert_eq!(slug("Hörsaal 3, Straße (alt)"), "horsaal-3-strasse-alt");
        assert_eq!(step("a/b? c%é"), "a%2Fb%3F%20c%25%C3%A9");
    }

    #[test]
    fn a_poster_is_an_svg_and_its_address() {
        let made = poster("Library", "https://desk.example", "/r/library").unwrap();
        assert_eq!(made.link, "desk.example/r/library");
        assert!(made.svg.starts_with("<svg") && made.svg.ends_with("</svg>"), "{}", made.svg);
        let longest = format!("/r/{}", step(&"é".repeat(PLACE_MAX)));
        assert!(poster("x", "https://helpdesk.campus.example", &longest).is_ok());
    }
}
