-- Visits made of doubted positions that a supervisor looked at and restored: they count again. Nothing is taken back or
-- changed; a visit that has grown since, because more positions came in, is doubted anew.
create table restored_visit (
    officer_id text not null, hotspot_id text not null, started_at text not null, ended_at text not null,
    flag text not null, restored_at text not null, restored_by text not null, reason text not null, record text not null,
    primary key (officer_id, hotspot_id, started_at, ended_at)
) strict;
