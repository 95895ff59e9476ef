//! What a file is, by its content: which kind of picture, how large, where it ends, and how much memory it takes to decode.
//! Decoders are asked only after this: some take a file that was cut off for whole, and none says what it will need.

use crate::error::FieldProblem;

/// Most memory that decoding may take, in bytes: 29 megapixels of a usual JPEG, half as many of one that builds up in scans.
const MEMORY_MAX: u64 = 84 << 20;
/// Longest side, in pixels.
const SIDE_MAX: u32 = 20_000;
/// Most scans of a JPEG: cameras and cutters write up to some ten, and each costs a pass over all of it.
const SCANS_MAX: usize = 40;
/// What no picture has among what is said about it, and other kinds of files begin with.
const OTHERS: [&[u8]; 7] = [b"<script", b"<?php", b"<html", b"<svg", b"<!doctype", b"%pdf-", b"pk\x03\x04"];

/// A kind of picture that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
    WebP,
}

/// A picture that is whole, and small enough to be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub kind: Kind,
    pub width: u32,
    pub height: u32,
}

/// Looks at a file from its first byte to its last.
///
/// # Errors
/// [`FieldProblem::NotAPhoto`], [`FieldProblem::Broken`], [`FieldProblem::TooManyPixels`] or
/// [`FieldProblem::MoreThanAPhoto`].
pub(super) fn examine(file: &[u8]) -> Result<Shape, FieldProblem> {
    let (shape, memory) = if file.starts_with(b"\xff\xd8\xff") {
        examine_jpeg(file)?
    } else if file.starts_with(b"\x89PNG\r\n\x1a\n") {
        examine_png(file)?
    } else if file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP") {
        examine_webp(file)?
    } else {
        return Err(FieldProblem::NotAPhoto);
    };
    if shape.width == 0 || shape.height == 0 {
        return Err(FieldProblem::Broken);
    }
    if shape.width > SIDE_MAX || shape.height > SIDE_MAX || memory > MEMORY_MAX {
        let megapixels = u64::from(shape.width) * u64::from(shape.height) / 1_000_000;
        return Err(FieldProblem::TooManyPixels { megapixels });
    }
    Ok(shape)
}

/// Segments between markers (ITU-T T.81, annex B).
fn examine_jpeg(file: &[u8]) -> Result<(Shape, u64), FieldProblem> {
    let mut frame = None;
    let mut scans = 0;
    let mut at = 2;
    loop {
        // A marker may be led in by any number of 0xff.
        if byte(file, at)? != 0xff {
            return Err(FieldProblem::Broken);
        }
        while byte(file, at)? == 0xff {
            at += 1;
        }
        let marker = byte(file, at)?;
        at += 1;
        match marker {
            0xd9 => break,
            0x01 | 0xd0..=0xd7 => continue,
            0x00 | 0xd8 => return Err(FieldProblem::Broken),
            _ => {}
        }
        let length = usize::from(byte(file, at)?) << 8 | usize::from(byte(file, at + 1)?);
        let data = file.get(at + 2..at + length.max(2)).filter(|_| length >= 2).ok_or(FieldProblem::Broken)?;
        at += length;
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let is_built_up = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
                if frame.replace(read_frame(data, is_built_up)?).is_some() {
                    return Err(FieldProblem::Broken);
                }
            }
            0xe0..=0xef | 0xfe => refuse_others(data)?,
            0xda => {
                scans += 1;
                if scans > SCANS_MAX {
                    return Err(FieldProblem::Broken);
                }
                at = end_of_scan(file, at)?;
            }
            _ => {}
        }
    }
    let ((width, height), memory) = frame.filter(|_| scans > 0).ok_or(FieldProblem::Broken)?;
    let rest = &file[at..];
    // Phones append a smaller or brighter copy, a moving picture or notes of their own.
    let is_a_phones = rest.starts_with(b"\xff\xd8\xff") || rest.get(4..8) == Some(b"ftyp") || rest.ends_with(b"SEFT");
    if !is_a_phones {
        refuse_more(rest)?;
    }
    Ok((Shape { kind: Kind::Jpeg, width, height }, memory))
}

/// Its size, and the memory that it takes: three bytes a pixel, and the coefficients of one that is built up in scans.
fn read_frame(data: &[u8], is_built_up: bool) -> Result<((u32, u32), u64), FieldProblem> {
    let &[_, h1, h0, w1, w0, components, ref rest @ ..] = data else { return Err(FieldProblem::Broken) };
    let (height, width) = (u32::from(h1) << 8 | u32::from(h0), u32::from(w1) << 8 | u32::from(w0));
    let sampling: Vec<(u64, u64)> = rest
        .chunks_exact(3)
        .take(usize::from(components))
        .map(|component| (u64::from(component[1] >> 4), u64::from(component[1] & 15)))
        .collect();
    let (most_h, most_v) = sampling.iter().fold((0, 0), |most, one| (most.0.max(one.0), most.1.max(one.1)));
    if sampling.is_empty() || sampling.len() != usize::from(components) || sampling.iter().any(|one| one.0 * one.1 == 0)
    {
        return Err(FieldProblem::Broken);
    }
    let pixels = u64::from(width) * u64::from(height);
    let coefficients: u64 = sampling.iter().map(|(h, v)| pixels * h * v / (most_h * most_v) * 2).sum();
    Ok(((width, height), pixels * 3 + if is_built_up { coefficients } else { 0 }))
}

/// Behind a scan's data: at the next marker that is none of the scan's own.
fn end_of_scan(file: &[u8], mut at: usize) -> Result<usize, FieldProblem> {
    loop {
        let found = file.get(at..).and_then(|rest| memchr::memchr(0xff, rest)).ok_or(FieldProblem::Broken)?;
        at += found;
        match byte(file, at + 1)? {
            0x00 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            _ => return Ok(at),
        }
    }
}

/// Chunks (PNG, third edition, section 5).
fn examine_png(file: &[u8]) -> Result<(Shape, u64), FieldProblem> {
    let mut at = 8;
    let mut head = None;
    loop {
        let length = number(file, at)? as usize;
        let kind = file.get(at + 4..at + 8).ok_or(FieldProblem::Broken)?;
        let data = at.checked_add(8).and_then(|from| file.get(from..from.checked_add(length)?));
        let data = data.ok_or(FieldProblem::Broken)?;
        // Behind the data is a checksum, which the decoder looks at.
        file.get(at + 8 + length..at + 12 + length).ok_or(FieldProblem::Broken)?;
        at += 12 + length;
        match kind {
            b"IHDR" if head.is_none() && data.len() == 13 => {
                head = Some((number(data, 0)?, number(data, 4)?, u64::from(data[8]), data[9]));
            }
            _ if head.is_none() => return Err(FieldProblem::Broken),
            b"IEND" => break,
            b"IDAT" => {}
            _ => refuse_others(data)?,
        }
    }
    refuse_more(&file[at..])?;
    let (width, height, depth, colour) = head.ok_or(FieldProblem::Broken)?;
    let channels = match colour {
        0 => 1,
        4 => 2,
        2 => 3,
        _ => 4,
    };
    let memory = u64::from(width) * u64::from(height) * channels * if depth == 16 { 2 } else { 1 };
    Ok((Shape { kind: Kind::Png, width, height }, memory))
}

/// A RIFF file (RFC 9649).
fn examine_webp(file: &[u8]) -> Result<(Shape, u64), FieldProblem> {
    let little = |at: usize, bytes: usize| -> Result<u32, FieldProblem> {
        let bytes = file.get(at..at + bytes).ok_or(FieldProblem::Broken)?;
        Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    };
    let end = little(4, 4)? as usize + 8;
    if end < 30 || end > file.len() {
        return Err(FieldProblem::Broken);
    }
    let mut at = 12;
    let mut size = None;
    while at + 8 <= end {
        let (kind, length) = (&file[at..at + 4], little(at + 4, 4)? as usize);
        let data = file.get(at + 8..at + 8 + length).filter(|_| at + 8 + length <= end).ok_or(FieldProblem::Broken)?;
        match kind {
            b"VP8X" => size = size.or(Some((little(at + 12, 3)? + 1, little(at + 15, 3)? + 1, 8))),
            b"VP8 " => size = size.or(Some((little(at + 14, 2)? & 0x3fff, little(at + 16, 2)? & 0x3fff, 5))),
            b"VP8L" => {
                let bits = little(at + 9, 4)?;
                size = size.or(Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1, 8)));
            }
            b"ALPH" | b"ANMF" => {}
            _ => refuse_others(data)?,
        }
        at += 8 + length + length % 2;
    }
    refuse_more(&file[end..])?;
    let (width, height, each) = size.ok_or(FieldProblem::Broken)?;
    Ok((Shape { kind: Kind::WebP, width, height }, u64::from(width) * u64::from(height) * each))
}

/// Refuses what stands behind a picture's end, unless it is filling.
fn refuse_more(rest: &[u8]) -> Result<(), FieldProblem> {
    if rest.iter().any(|byte| *byte != 0) { Err(FieldProblem::MoreThanAPhoto) } else { Ok(()) }
}

/// Refuses another file within what is said about a picture.
fn refuse_others(data: &[u8]) -> Result<(), FieldProblem> {
    let data = data.to_ascii_lowercase();
    let is_in = |other: &&[u8]| memchr::memmem::find(&data, other).is_some();
    if OTHERS.iter().any(is_in) { Err(FieldProblem::MoreThanAPhoto) } else { Ok(()) }
}

fn byte(file: &[u8], at: usize) -> Result<u8, FieldProblem> {
    file.get(at).copied().ok_or(FieldProblem::Broken)
}

/// Four bytes, the highest first.
fn number(file: &[u8], at: usize) -> Result<u32, FieldProblem> {
    let bytes = file.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).ok_or(FieldProblem::Broken)?;
    Ok(u32::from_be_bytes(bytes))
}
