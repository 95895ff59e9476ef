//! Photos of what is wrong: how many, how large, and how they are found again.

use super::ids::PhotoId;
use crate::error::{AppError, Field, FieldProblem};
use serde::{Deserialize, Serialize};

/// Most photos with one report or message.
pub const PHOTOS_MAX: usize = 4;
/// Most bytes of a photo as it is sent.
pub const UPLOAD_MAX: usize = 10 << 20;
/// Longest side of a photo as it is kept, in pixels.
pub const SIDE: u32 = 1600;
/// Longest side of its small picture, in pixels.
pub const SMALL_SIDE: u32 = 320;

/// A photo under a ticket. This is also its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Photo {
    /// Its number.
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub id: PhotoId,
    /// Where it is: a JPEG without anything that the camera said about itself or where it was.
    pub url: String,
    /// Where a small picture of it is.
    pub thumbnail_url: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// What it shows, for those who do not see it; empty where nobody said.
    pub alt: String,
}

impl Photo {
    /// The photo whose content has that name.
    pub fn new(id: PhotoId, content: &str, (width, height): (u32, u32), alt: String) -> Self {
        let url = format!("/photos/{content}.jpg");
        Self { id, url, thumbnail_url: format!("/photos/{content}-small.jpg"), width, height, alt }
    }

    /// How large its small picture is, in pixels.
    pub fn small_size(&self) -> (u32, u32) {
        fit(self.width, self.height, SMALL_SIDE)
    }
}

/// A photo that was sent before what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentPhoto {
    /// What it is attached with, known to its sender alone.
    pub token: String,
    /// What it shows.
    pub alt: String,
}

/// The photos that a form names: each by what it is attached with and, behind a blank, what it shows.
///
/// # Errors
/// [`AppError::Invalid`] when they are too many, or what one shows breaks a rule of [`super::text`].
pub fn sent(named: &[String]) -> Result<Vec<SentPhoto>, AppError> {
    if named.len() > PHOTOS_MAX {
        return Err(Field::Photos.problem(FieldProblem::TooMany { max: PHOTOS_MAX }));
    }
    let sent = |named: &String| {
        let (token, alt) = named.split_once(' ').unwrap_or((named, ""));
        Ok(SentPhoto { token: token.to_owned(), alt: super::text::alt(alt)? })
    };
    named.iter().map(sent).collect()
}

/// The size of a picture that is brought to that longest side, unless it is smaller already. Neither side is less than a pixel.
pub fn fit(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= side {
        return (width, height);
    }
    let scaled = |length: u32| {
        let scaled = (u64::from(length) * u64::from(side) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(scaled).unwrap_or(side).max(1)
    };
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_brought_to_its_side_and_never_made_larger() {
        assert_eq!(fit(4000, 3000, 1600), (1600, 1200));
        assert_eq!(fit(3000, 4001, 1600), (1200, 1600));
        assert_eq!(fit(800, 600, 1600), (800, 600));
        assert_eq!(fit(20_000, 1, 1600), (1600, 1));
    }

    #[test]
    fn four_photos_are_enough_each_with_what_it_shows() {
        let named = |n: usize| vec!["1f  The lamp ".to_owned(); n];
        let lamp = SentPhoto { token: "1f".to_owned(), alt: "The lamp".to_owned() };
        assert_eq!(sent(&named(4)), Ok(vec![lamp; 4]));
        assert_eq!(sent(&["2e".to_owned()]).map(|sent| sent[0].alt.clone()), Ok(String::new()));
        assert_eq!(sent(&named(5)), Err(Field::Photos.problem(FieldProblem::TooMany { max: 4 })));
    }
}
