-- What was opened with which reason and until when, what a second person was asked to approve, and who looked outside
-- their areas. Moments are seconds since 1970. A row with a `person_id` goes when that person is erased.

-- `kind` says what was opened: a person's record, the people of a place, the people of an offence.
create table opening (
    opening_id integer primary key, actor text not null, kind text not null, person_id text, subject text,
    reason text not null, reference text not null, opened_at real not null, until_at real not null,
    is_child_approved integer not null
) strict;
create index opening_by_actor on opening (actor, until_at);

-- Asked of a second person before the record of somebody under 18 opens.
create table opening_request (
    request_id integer primary key, actor text not null, actor_name text not null, person_id text not null,
    reason text not null, reference text not null, asked_at real not null,
    answered_by text, answered_at real, is_approved integer, used_at real
) strict;

-- Looking outside the own areas: at a whole area, or at one person or place of it.
create table broken_glass (
    glass_id integer primary key, actor text not null, actor_name text not null, own_lpas text not null,
    lpa text not null, kind text, person_id text, subject text, reason text not null,
    begun_at real not null, until_at real not null, ended_at real
) strict;
create index broken_glass_by_actor on broken_glass (actor, until_at);

-- Which supervisor has taken note of it.
create table broken_glass_seen (
    glass_id integer not null, supervisor text not null, seen_at real not null, primary key (glass_id, supervisor)
) strict;
