-- When a position arrived, where that is known; and landmarks of tracks, by which a copy of an earlier track is found.

alter table ping add column received_at timestamp;
comment on column ping.received_at is 'When it reached the force, UTC; empty when nobody noted it.';

create table track_landmark (
    digest bigint not null, officer_id varchar not null, source varchar not null, op_day date not null,
    seen_at timestamp not null
);
comment on table track_landmark is 'Digests of the steps of fifteen positions, about one in eight kept; follows from pings and is brought up to date after a load of them.';
