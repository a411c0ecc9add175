//! Conversions for chrono. Behind the feature `chrono`.
//!
//! Databases keep microseconds, so what is finer is cut on the way in, and a leap second becomes the last microsecond
//! of its minute. A `DateTime` of any zone is stored as its instant, in UTC; the zone is not kept.

use ::chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc};

use crate::value::{Date, Element, FromValue, Mismatch, Time, Timestamp, ToValue, Value};

#[expect(clippy::cast_possible_truncation, reason = "a month and a day fit")]
fn date(date: NaiveDate) -> Date {
    Date { year: date.year(), month: date.month() as u8, day: date.day() as u8 }
}

#[expect(clippy::cast_possible_truncation, reason = "an hour, a minute and a second fit")]
fn time(time: NaiveTime) -> Time {
    let (hour, minute, second) = (time.hour() as u8, time.minute() as u8, time.second() as u8);
    // A leap second is a nanosecond of 1,000,000,000 and more.
    Time { hour, minute, second, nanosecond: time.nanosecond().min(999_999_999) }.to_microsecond()
}

fn timestamp(timestamp: NaiveDateTime) -> Timestamp {
    Timestamp { date: date(timestamp.date()), time: time(timestamp.time()) }
}

impl ToValue for NaiveDate {
    fn to_value(&self) -> Value {
        Value::Date(date(*self))
    }
}

impl ToValue for NaiveTime {
    fn to_value(&self) -> Value {
        Value::Time(time(*self))
    }
}

impl ToValue for NaiveDateTime {
    fn to_value(&self) -> Value {
        Value::Timestamp(timestamp(*self))
    }
}

impl<Z: TimeZone> ToValue for DateTime<Z> {
    fn to_value(&self) -> Value {
        Value::TimestampTz(timestamp(self.naive_utc()))
    }
}

impl FromValue for NaiveDate {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let date = Date::from_value(value)?;
        Self::from_ymd_opt(date.year, date.month.into(), date.day.into())
            .ok_or_else(|| Mismatch::range("chrono::NaiveDate", date))
    }
}

impl FromValue for NaiveTime {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let time = Time::from_value(value)?;
        Self::from_hms_nano_opt(time.hour.into(), time.minute.into(), time.second.into(), time.nanosecond)
            .ok_or_else(|| Mismatch::range("chrono::NaiveTime", time))
    }
}

impl FromValue for NaiveDateTime {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let Timestamp { date, time } = Timestamp::from_value(value)?;
        let (date, time) = (Value::Date(date), Value::Time(time));
        Ok(NaiveDate::from_value(&date)?.and_time(NaiveTime::from_value(&time)?))
    }
}

impl FromValue for DateTime<Utc> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        Ok(NaiveDateTime::from_value(value)?.and_utc())
    }
}

impl FromValue for DateTime<FixedOffset> {
    /// The instant, with an offset of zero.
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        DateTime::<Utc>::from_value(value).map(|instant| instant.fixed_offset())
    }
}

impl Element for NaiveDate {}

impl Element for NaiveTime {}

impl Element for NaiveDateTime {}

impl<Z: TimeZone> Element for DateTime<Z> {}

#[cfg(test)]
mod tests {
    use ::chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
    use proptest::prelude::*;

    use crate::value::{FromValue, ToValue, Value};

    #[test]
    fn what_is_finer_than_a_microsecond_is_cut_and_a_leap_second_ends_its_minute() {
        let written = |second, nano| {
            let time = NaiveTime::from_hms_nano_opt(23, 59, second, nano).expect("a valid time");
            match time.to_value() {
                Value::Time(time) => time.to_string(),
                other => format!("{other:?}"),
            }
        };
        assert_eq!(written(1, 123_456_789), "23:59:01.123456");
        assert_eq!(written(59, 1_500_000_000), "23:59:59.999999");
    }

    #[test]
    fn an_offset_is_applied_and_zero_comes_back() {
        let instant = DateTime::<FixedOffset>::parse_from_rfc3339("2026-01-01T00:30:00+01:00").expect("a valid time");
        let Value::TimestampTz(stored) = instant.to_value() else { panic!("not a timestamp with time zone") };
        assert_eq!(stored.to_string(), "2025-12-31 23:30:00");
        let back = DateTime::<FixedOffset>::from_value(&Value::TimestampTz(stored)).expect("a valid time");
        assert_eq!((back, back.offset().local_minus_utc()), (instant, 0));
    }

    #[test]
    fn a_column_without_zones_is_read_as_utc() {
        let instant = DateTime::from_timestamp(1, 0).expect("a valid time");
        assert_eq!(DateTime::<Utc>::from_value(&instant.naive_utc().to_value()), Ok(instant));
    }

    #[test]
    fn other_kinds_are_refused() {
        assert!(NaiveDate::from_value(&Value::Int(1)).is_err());
        assert!(NaiveTime::from_value(&Value::Text("noon".to_owned())).is_err());
        assert!(DateTime::<Utc>::from_value(&Value::Null).is_err());
    }

    proptest! {
        #[test]
        fn every_microsecond_comes_back(
            seconds in NaiveDateTime::MIN.and_utc().timestamp()..=NaiveDateTime::MAX.and_utc().timestamp(),
            micros in 0_u32..1_000_000,
        ) {
            let instant = DateTime::from_timestamp(seconds, micros * 1_000).expect("within chrono's range");
            let local = instant.naive_utc();
            prop_assert_eq!(DateTime::<Utc>::from_value(&instant.to_value()), Ok(instant));
            prop_assert_eq!(NaiveDateTime::from_value(&local.to_value()), Ok(local));
            prop_assert_eq!(NaiveDate::from_value(&local.date().to_value()), Ok(local.date()));
            prop_assert_eq!(NaiveTime::from_value(&local.time().to_value()), Ok(local.time()));
        }
    }
}
