-- What people decided about entries on the lists of people, one decision a row. How an entry stands follows from its
-- rows and from what the rule says on the day; nothing is edited. A person's rows go when the person is erased.
create table list_decision (
    decision_id integer primary key, list text not null, person_id text not null, step text not null,
    decided_by text not null, decided_by_name text not null, decided_on text not null, decided_at text not null,
    reason text not null, due_on text, lead text, is_upheld integer,
    rule_version text not null, facts text not null
) strict;
create index list_decision_by_person on list_decision (person_id, list);

create trigger list_decision_is_never_edited before update on list_decision
begin
    select raise(abort, 'a decision is never edited');
end;
