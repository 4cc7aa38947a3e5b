-- The register of what was accepted, and who is signed in.

create table meta (key text primary key, value text not null) strict;

-- Every accepted batch: a folder that is missing or changed is noticed when the store opens.
create table batch (
    batch_id integer primary key, kind text not null, manifest_sha256 text not null, accepted_at text not null,
    rows_read integer not null, accepted integer not null, rejected integer not null, duplicate integer not null
) strict;

-- Signed-in browsers, by the digest of their cookie.
create table session (
    digest text primary key, person text not null, name text not null, role text not null, lpas text not null,
    created_at real not null, seen_at real not null, revoked_at real
) strict;
