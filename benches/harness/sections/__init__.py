"""What is measured, one file a section."""

from . import change, channel, discovery, first_build, nothing, schemas, sql, thousand

# In the order in which they are run.
ALL = {
    "nothing": nothing.run,
    "change": change.run,
    "first-build": first_build.run,
    "channel": channel.run,
    "thousand": thousand.run,
    "sql": sql.run,
    "schemas": schemas.run,
    "discovery": discovery.run,
}
