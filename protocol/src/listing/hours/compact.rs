//! Hours as a few bytes: what the store keeps beside each record.

use jiff::civil::Date;

use super::super::recur::Rule;
use super::super::zone::{day_from_number, day_number};
use super::{Hours, Span, Standing, When};

const VERSION: u8 = 1;

impl Hours {
    /// The compact form: a handful of bytes for a usual week.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out =
            vec![VERSION, self.standing as u8 | u8::from(self.vague) << 2 | u8::from(self.zone.is_some()) << 3];
        if let Some(zone) = &self.zone {
            put_text(&mut out, zone);
        }
        for span in &self.spans {
            let (tag, rule) = match &span.when {
                When::Week(_) => (0, None),
                When::Rule(rule, start) => (1, Some((rule, start))),
                When::Shut => (2, None),
                When::Instead => (3, None),
            };
            let started = rule.is_some_and(|(_, s)| s.is_some());
            out.push(
                tag | u8::from(span.from.is_some()) << 2
                    | u8::from(span.to.is_some()) << 3
                    | u8::from(span.times.is_some()) << 4
                    | u8::from(span.offset.is_some()) << 5
                    | u8::from(started) << 6,
            );
            if let When::Week(days) = &span.when {
                out.push(*days);
            }
            if let Some((rule, start)) = rule {
                put_text(&mut out, &rule.to_string());
                out.extend(start.map(|d| day_number(d).to_be_bytes()).into_iter().flatten());
            }
            for day in [span.from, span.to].into_iter().flatten() {
                out.extend(day_number(day).to_be_bytes());
            }
            for minute in span.times.map(|(o, c)| [o, c]).into_iter().flatten() {
                out.extend(minute.to_be_bytes());
            }
            out.extend(span.offset.map(i16::to_be_bytes).into_iter().flatten());
        }
        out
    }

    /// Reads the compact form; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Hours> {
        let mut r = Bytes(bytes);
        if r.byte()? != VERSION {
            return None;
        }
        let head = r.byte()?;
        let standing = match head & 3 {
            0 => Standing::Active,
            1 => Standing::Shut,
            2 => Standing::ForGood,
            _ => return None,
        };
        let zone = if head & 8 != 0 { Some(r.text()?.to_owned()) } else { None };
        let mut spans = Vec::with_capacity(r.0.len() / 6);
        while !r.0.is_empty() {
            let head = r.byte()?;
            let when = match head & 3 {
                0 => When::Week(r.byte()?),
                1 => {
                    let rule = Rule::parse(r.text()?).ok()?;
                    When::Rule(rule, if head & 64 != 0 { Some(r.day()?) } else { None })
                }
                2 => When::Shut,
                _ => When::Instead,
            };
            let from = if head & 4 != 0 { Some(r.day()?) } else { None };
            let to = if head & 8 != 0 { Some(r.day()?) } else { None };
            let times = if head & 16 != 0 { Some((r.minute()?, r.minute()?)) } else { None };
            let offset = if head & 32 != 0 { Some(i16::from_be_bytes(r.take()?)) } else { None };
            spans.push(Span { when, from, to, times, offset });
        }
        Some(Hours { standing, vague: head & 4 != 0, zone, spans })
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    let len = text.len().min(u16::MAX.into()) as u16;
    out.extend(len.to_be_bytes());
    out.extend(&text.as_bytes()[..len.into()]);
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }
    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[b]| b)
    }
    fn day(&mut self) -> Option<Date> {
        day_from_number(i32::from_be_bytes(self.take()?))
    }
    fn minute(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take()?)).filter(|m| *m <= 1440)
    }
    fn text(&mut self) -> Option<&'a str> {
        let len = usize::from(u16::from_be_bytes(self.take()?));
        let (text, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        core::str::from_utf8(text).ok()
    }
}
