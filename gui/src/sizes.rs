//! Amounts of data in plain words: powers of ten, three digits at most, as shops print them on the box.

use crate::words::Words;

/// "640 bytes", "1.2 GB".
pub fn bytes(words: &Words, bytes: u64) -> String {
    const UNITS: [(&str, u64); 4] =
        [("size-tb", 1_000_000_000_000), ("size-gb", 1_000_000_000), ("size-mb", 1_000_000), ("size-kb", 1_000)];
    let Some((unit, one)) = UNITS.into_iter().find(|(_, one)| bytes >= *one) else {
        return words.with("size-bytes", "count", bytes);
    };
    let whole = bytes / one;
    let tenth = bytes % one * 10 / one;
    let number = if whole >= 10 || tenth == 0 { whole.to_string() } else { format!("{whole}.{tenth}") };
    words.with(unit, "number", &number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_short() {
        let said = |n| bytes(&Words::default(), n);
        assert_eq!(said(0), "0 bytes");
        assert_eq!(said(1), "1 byte");
        assert_eq!(said(999), "999 bytes");
        assert_eq!(said(1_000), "1 kB");
        assert_eq!(said(1_250_000), "1.2 MB");
        assert_eq!(said(10_990_000_000), "10 GB");
        assert_eq!(said(u64::MAX), "18446744 TB");
    }
}
