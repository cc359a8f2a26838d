//! Text as a square picture that a telephone can read. The one place that names the library for it.

use fast_qr::{ECL, QRBuilder};

/// A square of dark and light.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Squares along one side.
    pub side: usize,
    /// Row by row, dark is true; `side * side` of them.
    pub dark: Vec<bool>,
}

impl Picture {
    /// The picture of a text, with the least spare squares: it is read from a clean screen, and fewer squares are
    /// larger. Nothing when the text is too long for one (about 2,900 bytes).
    pub fn of(text: &str) -> Option<Picture> {
        let code = QRBuilder::new(text).ecl(ECL::L).build().ok()?;
        let side = code.size;
        let dark = (0..side).flat_map(|y| code[y][..side].iter().map(|m| m.value()).collect::<Vec<_>>()).collect();
        Some(Picture { side, dark })
    }

    /// Whether the square at column `x`, row `y` is dark.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dark.get(y * self.side + x).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_three_corner_marks() {
        let picture = Picture::of("hedgerow invite for a test").unwrap();
        assert_eq!(picture.dark.len(), picture.side * picture.side);
        let far = picture.side - 7;
        for (x, y) in [(0, 0), (far, 0), (0, far)] {
            assert!((0..7).all(|i| picture.is_dark(x + i, y) && picture.is_dark(x, y + i)));
            assert!(!picture.is_dark(x + 1, y + 1) && picture.is_dark(x + 3, y + 3));
        }
        assert!(Picture::of(&"x".repeat(5000)).is_none());
    }
}
