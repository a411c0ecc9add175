//! Conversions for jiff. Behind the feature `jiff`.
//!
//! Databases keep microseconds, so what is finer is cut on the way in. There is none for `Zoned`: no database keeps the
//! name of a zone beside its instant; store a `Timestamp`, and the name in a column of its own.

use ::jiff::civil::{Date as TheirDate, DateTime, Time as TheirTime};
use ::jiff::tz::Offset;

use crate::value::{Date, Element, FromValue, Mismatch, Time, Timestamp, ToValue, Value};

#[expect(clippy::cast_sign_loss, reason = "a month and a day are positive")]
fn date(date: TheirDate) -> Date {
    Date { year: date.year().into(), month: date.month() as u8, day: date.day() as u8 }
}

#[expect(clippy::cast_sign_loss, reason = "the parts of a time are not negative")]
fn time(time: TheirTime) -> Time {
    let (hour, minute, second) = (time.hour() as u8, time.minute() as u8, time.second() as u8);
    Time { hour, minute, second, nanosecond: time.subsec_nanosecond() as u32 }.to_microsecond()
}

fn timestamp(timestamp: DateTime) -> Timestamp {
    Timestamp { date: date(timestamp.date()), time: time(timestamp.time()) }
}

impl ToValue for TheirDate {
    fn to_value(&self) -> Value {
        Value::Date(date(*self))
    }
}

impl ToValue for TheirTime {
    fn to_value(&self) -> Value {
        Value::Time(time(*self))
    }
}

impl ToValue for DateTime {
    fn to_value(&self) -> Value {
        Value::Timestamp(timestamp(*self))
    }
}

impl ToValue for ::jiff::Timestamp {
    fn to_value(&self) -> Value {
        Value::TimestampTz(timestamp(Offset::UTC.to_datetime(*self)))
    }
}

impl FromValue for TheirDate {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let date = Date::from_value(value)?;
        let small = |part: u8| i8::try_from(part).ok();
        i16::try_from(date.year)
            .ok()
            .and_then(|year| Self::new(year, small(date.month)?, small(date.day)?).ok())
            .ok_or_else(|| Mismatch::range("jiff::civil::Date", date))
    }
}

impl FromValue for TheirTime {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let time = Time::from_value(value)?;
        let small = |part: u8| i8::try_from(part).ok();
        i32::try_from(time.nanosecond)
            .ok()
            .and_then(|nano| Self::new(small(time.hour)?, small(time.minute)?, small(time.second)?, nano).ok())
            .ok_or_else(|| Mismatch::range("jiff::civil::Time", time))
    }
}

impl FromValue for DateTime {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let Timestamp { date, time } = Timestamp::from_value(value)?;
        let (date, time) = (Value::Date(date), Value::Time(time));
        Ok(TheirDate::from_value(&date)?.to_datetime(TheirTime::from_value(&time)?))
    }
}

impl FromValue for ::jiff::Timestamp {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let utc = DateTime::from_value(value)?;
        Offset::UTC.to_timestamp(utc).map_err(|_| Mismatch::range("jiff::Timestamp", utc))
    }
}

impl Element for TheirDate {}

impl Element for TheirTime {}

impl Element for DateTime {}

impl Element for ::jiff::Timestamp {}

#[cfg(test)]
mod tests {
    use ::jiff::Timestamp;
    use ::jiff::civil::{Date, DateTime, Time};
    use ::jiff::tz::Offset;
    use proptest::prelude::*;

    use crate::value::{FromValue, ToValue, Value};

    #[test]
    fn what_is_finer_than_a_microsecond_is_cut_downwards() {
        let stored = |nanos| match Timestamp::from_nanosecond(nanos).expect("a valid time").to_value() {
            Value::TimestampTz(stored) => stored.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(stored(1_999), "1970-01-01 00:00:00.000001");
        assert_eq!(stored(-1), "1969-12-31 23:59:59.999999");
    }

    #[test]
    fn years_beyond_the_crates_are_refused() {
        let date = crate::value::Date::new(40_000, 1, 1).expect("a valid date");
        assert!(Date::from_value(&Value::Date(date)).is_err());
        assert!(Time::from_value(&Value::Bool(true)).is_err());
    }

    proptest! {
        #[test]
        fn every_microsecond_comes_back(
            micros in Timestamp::MIN.as_microsecond()..=Timestamp::MAX.as_microsecond()
        ) {
            let instant = Timestamp::from_microsecond(micros).expect("within jiff's range");
            let local = Offset::UTC.to_datetime(instant);
            prop_assert_eq!(Timestamp::from_value(&instant.to_value()), Ok(instant));
            prop_assert_eq!(DateTime::from_value(&local.to_value()), Ok(local));
            prop_assert_eq!(Date::from_value(&local.date().to_value()), Ok(local.date()));
            prop_assert_eq!(Time::from_value(&local.time().to_value()), Ok(local.time()));
        }
    }
}
