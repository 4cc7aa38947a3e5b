-- What reads about people begin with: their parts in offences, narrow and in order of the person, with what a list's rule
-- judges them by. It follows from other tables and is made again after a load that changes those (counted.py).

create table judged (
    person_id varchar not null, offence_id varchar not null, dated_on date, lpa varchar, role varchar not null,
    category varchar not null, evidence varchar, class_key varchar, has_knife boolean not null,
    in_scope boolean not null, harm_days double
);
comment on table judged is 'Parts of people in offences; of an offence without a class nothing counts. Rule and weights as in force.';

delete from store_meta where key = 'counted_as';
