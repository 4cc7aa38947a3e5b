-- Who was erased, so that they do not come back: never by name, and by identifier only as a keyed digest,
-- with what tells by which key it was made.

create table erasure (
    erasure_id integer primary key, person_digest text not null, key_check text not null, basis text not null,
    erased_by text not null, erased_at text not null, rows integer not null
) strict;

-- Batches written anew without somebody: what their manifest was, and what it is.
create table erased_batch (
    erased_at text not null, batch_id integer not null, before_sha256 text not null, after_sha256 text not null,
    rows integer not null
) strict;

-- What is left to do on disk of an erasure that was decided; empty when all is done. `staged` is put in place of
-- `path`, or, where it is empty, `path` is deleted.
create table erasure_step (path text not null, staged text) strict;

-- Where backups were made: an erasure says which of them still hold the person.
create table backup (path text not null, made_at text not null, last_batch_id integer not null) strict;
