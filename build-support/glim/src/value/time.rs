//! Dates and times, in the proleptic Gregorian calendar, without a time-zone database.

use std::fmt;
use std::str::FromStr;

use crate::value::Mismatch;

/// A calendar date. Years from -9999 to 9999 have a form that every supported database reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// The year, astronomically: 0 is 1 BC.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day, 1 to 31.
    pub day: u8,
}

/// A time of day. No leap seconds, since no supported database keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time {
    /// The hour, 0 to 23.
    pub hour: u8,
    /// The minute, 0 to 59.
    pub minute: u8,
    /// The second, 0 to 59.
    pub second: u8,
    /// The nanosecond, 0 to 999,999,999. Databases keep microseconds.
    pub nanosecond: u32,
}

/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp {
    /// The date.
    pub date: Date,
    /// The time.
    pub time: Time,
}

impl Date {
    /// A date, or `None` where there is no such day.
    pub const fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        if month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month) {
            Some(Self { year, month, day })
        } else {
            None
        }
    }

    /// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    pub const fn days_since_epoch(self) -> i64 {
        let (month, day) = (self.month as i64, self.day as i64);
        let year = self.year as i64 - (month <= 2) as i64;
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// The date so many days after 1970-01-01; `None` beyond the years of `i32`.
    pub fn from_days_since_epoch(days: i64) -> Option<Self> {
        let days = days.checked_add(719_468)?;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era.checked_mul(400)? + i64::from(month <= 2);
        Self::new(i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }
}

impl Time {
    /// A time of day, or `None` where a part is out of range.
    pub const fn new(hour: u8, minute: u8, second: u8, nanosecond: u32) -> Option<Self> {
        if hour < 24 && minute < 60 && second < 60 && nanosecond < 1_000_000_000 {
            Some(Self { hour, minute, second, nanosecond })
        } else {
            None
        }
    }

    /// Microseconds since midnight; what is below a microsecond is dropped.
    pub const fn microseconds(self) -> i64 {
        let seconds = (self.hour as i64 * 60 + self.minute as i64) * 60 + self.second as i64;
        seconds * 1_000_000 + self.nanosecond as i64 / 1_000
    }

    /// The same time without what is finer than a microsecond, as databases keep it.
    #[must_use]
    pub const fn to_microsecond(self) -> Self {
        Self { nanosecond: self.nanosecond - self.nanosecond % 1_000, ..self }
    }

    /// The time so many microseconds after midnight; `None` from 24:00 on.
    pub fn from_microseconds(microseconds: i64) -> Option<Self> {
        let (seconds, rest) = (microseconds.div_euclid(1_000_000), microseconds.rem_euclid(1_000_000));
        let part = |n: i64| u8::try_from(n).ok();
        Self::new(
            part(seconds / 3600)?,
            part(seconds / 60 % 60)?,
            part(seconds % 60)?,
            u32::try_from(rest * 1_000).ok()?,
        )
    }
}

impl Timestamp {
    /// The same date and time without what is finer than a microsecond, as databases keep it.
    #[must_use]
    pub const fn to_microsecond(self) -> Self {
        Self { time: self.time.to_microsecond(), ..self }
    }

    /// Microseconds since 1970-01-01 00:00; `None` where they do not fit.
    pub fn microseconds_since_epoch(self) -> Option<i64> {
        self.date.days_since_epoch().checked_mul(86_400_000_000)?.checked_add(self.time.microseconds())
    }

    /// The date and time so many seconds earlier; `None` beyond the years that can be counted.
    pub(crate) fn minus_seconds(self, seconds: i64) -> Option<Self> {
        let shifted = self.microseconds_since_epoch()?.checked_sub(seconds.checked_mul(1_000_000)?)?;
        let mut earlier = Self::from_microseconds_since_epoch(shifted)?;
        // Whole seconds leave the fraction as it is, also what is below a microsecond.
        earlier.time.nanosecond = self.time.nanosecond;
        Some(earlier)
    }

    /// The date and time so many microseconds after 1970-01-01 00:00.
    pub fn from_microseconds_since_epoch(microseconds: i64) -> Option<Self> {
        let date = Date::from_days_since_epoch(microseconds.div_euclid(86_400_000_000))?;
        Some(Self { date, time: Time::from_microseconds(microseconds.rem_euclid(86_400_000_000))? })
    }
}

const fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    /// `2026-11-22`; years before 0 have a minus sign.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !(0..=9999).contains(&self.year) {
            let sign = if self.year < 0 { "-" } else { "" };
            return write!(f, "{sign}{:04}-{:02}-{:02}", self.year.unsigned_abs(), self.month, self.day);
        }
        let mut text = *b"0000-00-00";
        put(self.year.unsigned_abs(), &mut text[..4]);
        put(self.month.into(), &mut text[5..7]);
        put(self.day.into(), &mut text[8..]);
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Display for Time {
    /// `15:02:03`, with as many of 9 digits of a second as are needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = *b"00:00:00.000000000";
        put(self.hour.into(), &mut text[..2]);
        put(self.minute.into(), &mut text[3..5]);
        put(self.second.into(), &mut text[6..8]);
        put(self.nanosecond, &mut text[9..]);
        let whole = "00:00:00".len();
        let end = text.iter().rposition(|&byte| byte != b'0').map_or(whole, |last| last + 1);
        let end = if self.nanosecond == 0 { whole } else { end };
        f.write_str(std::str::from_utf8(&text[..end]).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Display for Timestamp {
    /// `2026-11-22 15:02:03`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.date, f)?;
        f.write_str(" ")?;
        fmt::Display::fmt(&self.time, f)
    }
}

/// Puts a number's last digits into their places. Whoever lists ten thousand rows feels what format strings cost.
fn put(number: u32, places: &mut [u8]) {
    let mut rest = number;
    for place in places.iter_mut().rev() {
        *place = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
}

impl FromStr for Date {
    type Err = Mismatch;

    fn from_str(text: &str) -> Result<Self, Mismatch> {
        let read = || {
            let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
            let mut parts = rest.splitn(3, '-');
            let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
            let year: i32 = (year.len() >= 4).then(|| number::<i32>(year)).flatten()?;
            Self::new(sign * year, number(month)?, number(day)?)
        };
        read().ok_or_else(|| Mismatch::unreadable("a date", text))
    }
}

impl FromStr for Time {
    type Err = Mismatch;

    fn from_str(text: &str) -> Result<Self, Mismatch> {
        let read = || {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
            let mut parts = whole.splitn(3, ':');
            let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next().unwrap_or("0"));
            let missing = 9_u32.checked_sub(u32::try_from(fraction.len()).ok()?)?;
            let nanosecond = number::<u32>(fraction)? * 10_u32.pow(missing);
            Self::new(number(hour)?, number(minute)?, number(second)?, nanosecond)
        };
        read().ok_or_else(|| Mismatch::unreadable("a time", text))
    }
}

impl FromStr for Timestamp {
    type Err = Mismatch;

    /// Reads a date and a time with a space or `T` between them; a zone may follow, and is applied, so that the result
    /// is in UTC.
    fn from_str(text: &str) -> Result<Self, Mismatch> {
        let read = || {
            let (date, time) = text.split_once([' ', 'T'])?;
            let (time, offset_seconds) = split_zone(time)?;
            let local = Self { date: date.parse().ok()?, time: time.parse().ok()? };
            if offset_seconds == 0 {
                return Some(local);
            }
            local.minus_seconds(offset_seconds)
        };
        read().ok_or_else(|| Mismatch::unreadable("a timestamp", text))
    }
}

/// Splits `15:02:03+01:30` into the time and the zone's offset from UTC in seconds.
fn split_zone(text: &str) -> Option<(&str, i64)> {
    if let Some(time) = text.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, 0)) };
    let (time, zone) = text.split_at(at);
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let mut parts = zone[1..].splitn(3, ':');
    let hours: i64 = number(parts.next()?)?;
    let minutes: i64 = parts.next().map_or(Some(0), number)?;
    let seconds: i64 = parts.next().map_or(Some(0), number)?;
    (hours < 24 && minutes < 60 && seconds < 60).then_some((time, sign * (hours * 3600 + minutes * 60 + seconds)))
}

fn number<N: FromStr>(digits: &str) -> Option<N> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{Date, Time, Timestamp};

    #[test]
    fn every_day_of_many_years_survives_counting() {
        let mut day = Date::new(-401, 12, 30).expect("a valid date").days_since_epoch();
        let end = Date::new(2401, 3, 2).expect("a valid date").days_since_epoch();
        let mut last = None;
        while day <= end {
            let date = Date::from_days_since_epoch(day).expect("within range");
            assert_eq!(date.days_since_epoch(), day);
            assert!(last < Some(date), "{date} follows {last:?}");
            last = Some(date);
            day += 1;
        }
        assert_eq!(Date::new(1970, 1, 1).map(Date::days_since_epoch), Some(0));
        assert_eq!(Date::new(2000, 3, 1).map(Date::days_since_epoch), Some(11_017));
    }

    #[test]
    fn text_is_read_back_as_it_was_written() {
        for text in [
            "2026-11-22 15:02:03",
            "0001-01-01 00:00:00.000001",
            "-0044-03-15 12:00:00.5",
            "9999-12-31 23:59:59.999999999",
        ] {
            assert_eq!(text.parse::<Timestamp>().map(|t| t.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_zone_is_applied() {
        let utc = |text: &str| text.parse::<Timestamp>().map(|t| t.to_string());
        assert_eq!(utc("2026-01-01T00:30:00.25+01:30"), Ok("2025-12-31 23:00:00.25".to_owned()));
        assert_eq!(utc("2026-01-01 00:30:00-00:45"), Ok("2026-01-01 01:15:00".to_owned()));
        assert_eq!(utc("2026-01-01 00:30:00Z"), Ok("2026-01-01 00:30:00".to_owned()));
    }

    #[test]
    fn days_and_times_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "26-01-01",
            "2026-1",
            "",
            "2026-01-01-",
            "+2026-01-01",
            "2100-02-29",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        for text in ["24:00:00", "12:60:00", "12", "12:00:61", "12:00:00.0000000001", "", "a:b:c", "12:00:00."] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
        assert!("9".repeat(30).parse::<Date>().is_err());
    }
}
