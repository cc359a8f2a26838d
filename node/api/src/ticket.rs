//! An invite as a person has it: its text, a file of that text, or a picture of it, from a screen or photographed.
//!
//! The one place that names the libraries that read pictures.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, ImageReader, Limits};

/// Largest file read, bytes: a photograph of a telephone, with room to spare.
pub const FILE_BYTES_MAX: u64 = 24 * 1024 * 1024;
/// Longest text in a file, bytes.
const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Dots along a side of a picture.
const SIDE_MAX: u32 = 12_000;
/// Memory for the dots of a picture, bytes: fifty million of three colours.
const DOTS_BYTES_MAX: u64 = 160 * 1024 * 1024;
/// Sides to which a picture is brought down before it is looked at: small ones are quick and the grain of a photograph goes, but
/// a code far away is only there in a large one.
const LOOKED_AT: [u32; 3] = [1_000, 1_800, 3_200];

/// Why there is no invite in a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoTicket {
    /// Not a picture, and longer than any invite.
    #[error("it is far too long for an invite")]
    TooLong,
    /// A picture that cannot be opened: damaged, or larger than 12,000 dots a side or 160 MiB.
    #[error("the picture cannot be opened: {0}")]
    Picture(String),
    /// A picture without a square code that can be read.
    #[error("no invite can be seen in the picture")]
    NoCode,
}

/// The invite in a file of at most [`FILE_BYTES_MAX`]: text (UTF-8), or the square code in a PNG or JPEG picture. Whether it
/// is an invite at all, the node says. A large photograph takes some hundred milliseconds.
///
/// # Errors
/// When there is none in it; see [`NoTicket`].
pub fn from_file(bytes: &[u8]) -> Result<String, NoTicket> {
    let format = image::guess_format(bytes).ok().filter(|f| matches!(f, ImageFormat::Png | ImageFormat::Jpeg));
    let Some(format) = format else {
        let short = bytes.len() <= TEXT_BYTES_MAX;
        return if short { Ok(String::from_utf8_lossy(bytes).trim().to_owned()) } else { Err(NoTicket::TooLong) };
    };
    // The file may be made to do harm: what a library does not survive ends a thread and not the program.
    let read = std::thread::scope(|scope| scope.spawn(|| from_picture(bytes, format)).join());
    read.unwrap_or_else(|_| Err(NoTicket::Picture("damaged".into())))
}

fn from_picture(bytes: &[u8], format: ImageFormat) -> Result<String, NoTicket> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE_MAX), Some(SIDE_MAX));
    limits.max_alloc = Some(DOTS_BYTES_MAX);
    reader.limits(limits);
    let whole = reader.decode().map_err(|e| NoTicket::Picture(e.to_string()))?.into_luma8();
    let mut last = None;
    for side in LOOKED_AT {
        let (width, height) = whole.dimensions();
        let small = (width.max(height) > side).then(|| {
            let scale =
                |length: u32| (u64::from(length) * u64::from(side) / u64::from(width.max(height))).max(1) as u32;
            image::imageops::thumbnail(&whole, scale(width), scale(height))
        });
        let picture = small.as_ref().unwrap_or(&whole);
        if last.replace(picture.dimensions()) == Some(picture.dimensions()) {
            break;
        }
        if let Some(text) = code_in(picture) {
            return Ok(text);
        }
    }
    Err(NoTicket::NoCode)
}

fn code_in(picture: &GrayImage) -> Option<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let dots = picture.as_raw();
    let mut looked = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| dots[y * width + x]);
    let codes = looked.detect_grids();
    codes.iter().find_map(|code| Some(code.decode().ok()?.1.trim().to_owned())).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, Luma, imageops};

    const TICKET: &str = "HEDGEROW1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";

    /// As it is on a screen: `dots` a square, four squares of white around it.
    fn drawn(text: &str, dots: usize) -> GrayImage {
        let code = fast_qr::QRBuilder::new(text).ecl(fast_qr::ECL::L).build().unwrap();
        let side = ((code.size + 8) * dots) as u32;
        GrayImage::from_fn(side, side, |x, y| {
            let at = |v: u32| (v as usize / dots).checked_sub(4).filter(|v| *v < code.size);
            let dark = at(x).zip(at(y)).is_some_and(|(x, y)| code[y][x].value());
            Luma([if dark { 30 } else { 235 }])
        })
    }

    fn file(picture: GrayImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::ImageLuma8(picture).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    #[test]
    fn a_picture_from_a_screen_is_read() {
        for dots in [2, 8, 30] {
            assert_eq!(from_file(&file(drawn(TICKET, dots), ImageFormat::Png)).as_deref(), Ok(TICKET), "{dots}");
        }
    }

    /// Grey, blurred, askew, and a fifth of a large photograph, whichever way up.
    #[test]
    fn a_photograph_of_it_is_read() {
        let code = imageops::blur(&drawn(TICKET, 12), 2.0);
        let (sin, cos) = 0.2_f32.sin_cos();
        let middle = code.width() as f32 / 2.0;
        let photo = GrayImage::from_fn(3_000, 2_000, |x, y| {
            let (dx, dy) = (x as f32 - 1_900.0, y as f32 - 800.0);
            let (u, v) = (dx * cos + dy * sin + middle, dy * cos - dx * sin + middle);
            let inside = u >= 0.0 && v >= 0.0 && (u as u32) < code.width() && (v as u32) < code.height();
            let grain = ((x * 7919 + y * 104_729) % 23) as u8;
            if inside { Luma([code[(u as u32, v as u32)].0[0] / 2 + 60 + grain]) } else { Luma([90 + grain]) }
        });
        for photo in [imageops::rotate90(&photo), imageops::rotate180(&photo), photo] {
            assert_eq!(from_file(&file(photo, ImageFormat::Jpeg)).as_deref(), Ok(TICKET));
        }
    }

    #[test]
    fn a_file_of_text_is_taken_as_it_is_up_to_a_length() {
        assert_eq!(from_file(b" hedgerow1abc\n").as_deref(), Ok("hedgerow1abc"));
        assert_eq!(from_file(&vec![b'a'; TEXT_BYTES_MAX + 1]), Err(NoTicket::TooLong));
    }

    #[test]
    fn what_is_no_picture_of_an_invite_says_so() {
        let empty = GrayImage::from_pixel(300, 300, Luma([200]));
        assert_eq!(from_file(&file(empty, ImageFormat::Png)), Err(NoTicket::NoCode));
        let good = file(drawn(TICKET, 4), ImageFormat::Png);
        for cut in [9, 30, 60, good.len() / 2] {
            assert!(matches!(from_file(&good[..cut]), Err(NoTicket::Picture(_))), "cut at {cut}");
        }
        // A picture that says it is larger than anything we would hold.
        let mut vast = good.clone();
        vast[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        assert!(matches!(from_file(&vast), Err(NoTicket::Picture(_))));
    }

    /// Whatever is in a file, there is an answer and no end of the program.
    #[test]
    fn damaged_pictures_end_nothing() {
        let good = [file(drawn(TICKET, 3), ImageFormat::Png), file(drawn(TICKET, 3), ImageFormat::Jpeg)];
        let mut seed = 1_u64;
        for n in 0..200 {
            let mut bytes = good[n % 2].clone();
            for _ in 0..1 + n % 4 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = 12 + (seed >> 33) as usize % (bytes.len() - 12);
                bytes[at] ^= (seed >> 25) as u8 | 1;
            }
            let read = from_file(&bytes);
            assert!(read.is_err() || read.as_deref() == Ok(TICKET), "{n}: {read:?}");
        }
    }
}
