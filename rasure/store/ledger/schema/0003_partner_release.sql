-- What partner agencies were given: one release an area and quarter, kept as it first was, or the difference between
-- two would give a withheld number away. Only what may be shown is in it: figures already withheld are not.
create table partner_release (
    area text not null, starts_on text not null, released_at text not null, data_version text not null,
    figures text not null, primary key (area, starts_on)
) strict;
