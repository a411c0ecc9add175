//! Conversions for the crate time. Behind the feature `time`.
//!
//! Databases keep microseconds, so what is finer is cut on the way in. An `OffsetDateTime` is stored as its instant, in
//! UTC; the offset is not kept.

use ::time::{Date as TheirDate, Month, OffsetDateTime, PrimitiveDateTime, Time as TheirTime};

use crate::value::{Date, Element, FromValue, Mismatch, Time, Timestamp, ToValue, Value};

fn date(date: TheirDate) -> Date {
    Date { year: date.year(), month: date.month().into(), day: date.day() }
}

fn time(time: TheirTime) -> Time {
    let (hour, minute, second, nanosecond) = time.as_hms_nano();
    Time { hour, minute, second, nanosecond }.to_microsecond()
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

impl ToValue for PrimitiveDateTime {
    fn to_value(&self) -> Value {
        Value::Timestamp(Timestamp { date: date(self.date()), time: time(self.time()) })
    }
}

impl ToValue for OffsetDateTime {
    fn to_value(&self) -> Value {
        // Not `to_offset`, which panics where UTC is beyond the years that the crate knows.
        let local = Timestamp { date: date(self.date()), time: time(self.time()) };
        Value::TimestampTz(local.minus_seconds(self.offset().whole_seconds().into()).unwrap_or(local))
    }
}

impl FromValue for TheirDate {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let date = Date::from_value(value)?;
        Month::try_from(date.month)
            .and_then(|month| Self::from_calendar_date(date.year, month, date.day))
            .map_err(|_| Mismatch::range("time::Date", date))
    }
}

impl FromValue for TheirTime {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let time = Time::from_value(value)?;
        Self::from_hms_nano(time.hour, time.minute, time.second, time.nanosecond)
            .map_err(|_| Mismatch::range("time::Time", time))
    }
}

impl FromValue for PrimitiveDateTime {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let Timestamp { date, time } = Timestamp::from_value(value)?;
        Ok(Self::new(TheirDate::from_value(&Value::Date(date))?, TheirTime::from_value(&Value::Time(time))?))
    }
}

impl FromValue for OffsetDateTime {
    /// The instant, in UTC.
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        PrimitiveDateTime::from_value(value).map(PrimitiveDateTime::assume_utc)
    }
}

impl Element for TheirDate {}

impl Element for TheirTime {}

impl Element for PrimitiveDateTime {}

impl Element for OffsetDateTime {}

#[cfg(test)]
mod tests {
    use ::time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};
    use proptest::prelude::*;

    use crate::value::{FromValue, ToValue, Value};

    fn stored(instant: OffsetDateTime) -> String {
        match instant.to_value() {
            Value::TimestampTz(stored) => stored.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn an_offset_is_applied_even_at_the_end_of_time() {
        let west = UtcOffset::from_hms(-1, 0, 0).expect("a valid offset");
        let last = PrimitiveDateTime::new(Date::MAX, Time::from_hms(23, 30, 0).expect("a valid time"));
        assert_eq!(stored(PrimitiveDateTime::MIN.assume_utc()), "-9999-01-01 00:00:00");
        assert_eq!(stored(last.assume_offset(west)), "10000-01-01 00:30:00");
    }

    #[test]
    fn what_is_finer_than_a_microsecond_is_cut() {
        let instant = OffsetDateTime::from_unix_timestamp_nanos(1_999).expect("a valid time");
        assert_eq!(stored(instant), "1970-01-01 00:00:00.000001");
        let before = OffsetDateTime::from_unix_timestamp_nanos(-1).expect("a valid time");
        assert_eq!(stored(before), "1969-12-31 23:59:59.999999");
    }

    #[test]
    fn dates_beyond_the_crates_years_are_refused() {
        let date = crate::value::Date::new(10_000, 1, 1).expect("a valid date");
        let error = Date::from_value(&Value::Date(date)).expect_err("the year is too great");
        assert_eq!(error.to_string(), "10000-01-01 is beyond the range of time::Date");
    }

    proptest! {
        #[test]
        fn every_microsecond_comes_back(
            micros in -377_705_116_800_000_000_i128..=253_402_300_799_999_999,
            minutes in -1439_i32..=1439,
        ) {
            let utc = OffsetDateTime::from_unix_timestamp_nanos(micros * 1_000).expect("within the crate's range");
            let local = PrimitiveDateTime::new(utc.date(), utc.time());
            prop_assert_eq!(OffsetDateTime::from_value(&utc.to_value()), Ok(utc));
            prop_assert_eq!(PrimitiveDateTime::from_value(&local.to_value()), Ok(local));
            prop_assert_eq!(Date::from_value(&utc.date().to_value()), Ok(utc.date()));
            prop_assert_eq!(Time::from_value(&utc.time().to_value()), Ok(utc.time()));
            let offset = UtcOffset::from_whole_seconds(minutes * 60).expect("a valid offset");
            if let Some(elsewhere) = utc.checked_to_offset(offset) {
                prop_assert_eq!(elsewhere.to_value(), utc.to_value());
            }
        }
    }
}
