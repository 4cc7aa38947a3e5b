-- What people call a hexagon is worked out when offences are loaded, not each time somebody looks.

create table cell_street (cell bigint not null, street varchar not null);
comment on table cell_street is 'The street or place most often recorded in each hexagon; among equals the first by name.';

insert into cell_street
select cell, arg_min(location_text, (-offences, location_text))
from (
    select cell, location_text, count(*) as offences from offence
    where cell is not null and location_text is not null group by all
) group by cell;
