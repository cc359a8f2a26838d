//! An invite or an address as a square picture that a telephone reads: in the terminal, as a PNG, or square by square.
//!
//! The one place here that names the libraries for it.

use fast_qr::{ECL, QRBuilder, QRCode};

/// White squares around it, without which readers do not find it.
const QUIET: usize = 4;
/// Dots along one square of the PNG.
const DOTS: usize = 8;

/// A ticket as a picture.
pub struct Picture(QRCode);

impl Picture {
    /// Of a ticket. Nothing when it is too long for one, which no ticket is.
    pub fn of(ticket: &str) -> Option<Picture> {
        // Capitals fit into fewer, larger squares, and readers of tickets ignore case.
        QRBuilder::new(ticket.to_ascii_uppercase()).ecl(ECL::L).build().ok().map(Picture)
    }

    /// Of an address of the web, letter by letter as it is, readable with a corner of the print worn off.
    pub fn of_address(address: &str) -> Option<Picture> {
        QRBuilder::new(address).ecl(ECL::M).build().ok().map(Picture)
    }

    /// In characters, two rows of squares a line, light on the dark of a terminal.
    pub fn text(&self) -> String {
        let two = |x: usize, y: usize| match (self.is_dark(x, y), self.is_dark(x, y + 1)) {
            (false, false) => '█',
            (false, true) => '▀',
            (true, false) => '▄',
            (true, true) => ' ',
        };
        let line = |y: usize| (0..self.side()).map(|x| two(x, y)).collect::<String>();
        (0..self.side()).step_by(2).map(line).collect::<Vec<_>>().join("\n")
    }

    /// Whether a square is dark; all around the picture is light.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        let (Some(x), Some(y)) = (x.checked_sub(QUIET), y.checked_sub(QUIET)) else { return false };
        x < self.0.size && y < self.0.size && self.0[y][x].value()
    }

    /// Squares along one side, the white around it included.
    pub fn side(&self) -> usize {
        self.0.size + 2 * QUIET
    }

    /// As a PNG of one bit a dot.
    pub fn png(&self) -> std::io::Result<Vec<u8>> {
        let dots = self.side() * DOTS;
        let row = |y: usize| {
            let mut bytes = vec![0u8; dots.div_ceil(8)];
            for x in (0..dots).filter(|x| !self.is_dark(x / DOTS, y)) {
                bytes[x / 8] |= 0x80 >> (x % 8);
            }
            bytes
        };
        let image: Vec<u8> = (0..self.side()).flat_map(|y| row(y).repeat(DOTS)).collect();
        let mut out = Vec::new();
        let side = u32::try_from(dots).map_err(std::io::Error::other)?;
        let mut encoder = png::Encoder::new(&mut out, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().map_err(std::io::Error::other)?;
        writer.write_image_data(&image).map_err(std::io::Error::other)?;
        writer.finish().map_err(std::io::Error::other)?;
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As long as a ticket with four addresses.
    fn ticket() -> String {
        format!("hedgerow1{}", "ab2c".repeat(70))
    }

    #[test]
    fn the_png_is_the_picture_with_white_around_it() {
        let picture = Picture::of(&ticket()).unwrap();
        let bytes = picture.png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let mut image = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut image).unwrap();
        assert_eq!((info.width, info.height), ((picture.side() * DOTS) as u32, (picture.side() * DOTS) as u32));
        let dark = |x: usize, y: usize| image[y * info.line_size + x / 8] & (0x80 >> (x % 8)) == 0;
        let dots = picture.side() * DOTS;
        for y in 0..dots {
            for x in 0..dots {
                assert_eq!(dark(x, y), picture.is_dark(x / DOTS, y / DOTS), "{x} {y}");
                let quiet = QUIET * DOTS;
                let in_quiet = x < quiet || y < quiet || x >= dots - quiet || y >= dots - quiet;
                assert!(!(in_quiet && dark(x, y)), "{x} {y}");
            }
        }
        assert!(dark(QUIET * DOTS, QUIET * DOTS), "the corner mark begins where the white ends");
    }

    #[test]
    fn capitals_make_it_smaller() {
        let picture = Picture::of(&ticket()).unwrap();
        let as_it_is = QRBuilder::new(ticket()).ecl(ECL::L).build().unwrap();
        assert!(picture.0.size < as_it_is.size, "{} {}", picture.0.size, as_it_is.size);
        assert!(matches!(picture.0.mode, Some(fast_qr::Mode::Alphanumeric)));
    }

    #[test]
    fn the_text_is_the_picture() {
        let picture = Picture::of(&ticket()).unwrap();
        let text = picture.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines.len(), lines[0].chars().count()), (picture.side().div_ceil(2), picture.side()));
        for y in 0..picture.side() {
            for (x, c) in lines[y / 2].chars().enumerate() {
                let is_light = ['█', if y % 2 == 0 { '▀' } else { '▄' }].contains(&c);
                assert_eq!(is_light, !picture.is_dark(x, y), "{x} {y}");
            }
        }
    }
}
