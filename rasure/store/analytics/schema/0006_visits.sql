-- Visits with what their uncertainty needs, and the ground of hot spots as whole numbers, so that no position needs a
-- polygon. Ground and visits follow from other tables and are brought up to date after a load that changes those
-- (visits.py).

drop table visit;
create table visit (
    officer_id varchar not null, hotspot_id varchar not null, patrol_area_id varchar not null, lpa varchar not null,
    started_at timestamp not null, ended_at timestamp not null, op_day date not null, pings integer not null,
    source varchar, still_s integer not null, foot_s integer not null, vehicle_s integer not null,
    unknown_s integer not null, unseen_before_s integer, unseen_after_s integer, category varchar not null,
    is_long boolean not null, flag varchar, is_tasked boolean not null, rule_version varchar not null
);
comment on table visit is 'Stays of an officer in a hot spot, computed from pings; replaced when rule, ground or pings change.';
comment on column visit.patrol_area_id is 'The patrol area most of its pings lay in.';
comment on column visit.op_day is 'The operational day it starts in.';
comment on column visit.source is 'The device all its pings came from; empty when there were several.';
comment on column visit.unseen_before_s is 'Seconds from the ping before its first; empty when none is within 300 s.';
comment on column visit.unseen_after_s is 'Seconds to the ping after its last; empty when none is within 300 s.';
comment on column visit.flag is 'Why its pings are not counted; flagged and other pings never make one visit together.';

create table patrol_ground (
    area integer primary key, place integer not null, patrol_area_id varchar not null, hotspot_id varchar not null,
    lpa varchar not null, from_s bigint not null, until_s bigint not null, digest varchar not null
);
comment on table patrol_ground is 'Patrol areas by number, and the span (UTC seconds since 1970) in which each is the ground of its hot spot.';
comment on column patrol_ground.digest is 'Of all the ground the hot spot ever had; another digest, other ground.';

create table patrol_square (
    square bigint not null, area integer not null, place integer not null, is_edge integer not null,
    from_s bigint not null, until_s bigint not null
);
comment on table patrol_square is 'Squares of 10 m that lie in a patrol area grown by 20 m, wholly or (is_edge = 1) in part.';
comment on column patrol_square.square is 'East * 2^24 + north, in squares.';

create table patrol_edge (
    square bigint not null, area integer not null, e_mm double not null, n_mm double not null,
    along_e_mm double not null, along_n_mm double not null
);
comment on table patrol_edge is 'Pieces of a patrol area''s edge near a square that lies in it in part: start and way along.';
