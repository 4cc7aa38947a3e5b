-- What a part in an offence is to a list's rule, written once: the ranking and the records shown beside it must agree.

create macro listed_kind(evidence, class_key, has_knife, in_scope, blade_classes, weapon_classes) as
    case when evidence = 'searched_nothing_found' then 'searched'
        when list_contains(blade_classes, class_key) then 'knife_possession'
        when has_knife and list_contains(weapon_classes, class_key) then 'knife_possession'
        when has_knife then 'knife_enabled'
        when in_scope then 'violence' end;

-- Proof counts of an offender alone; a suspect's is suspicion.
create macro listed_evidence(role, evidence) as
    case when evidence is null then 'suspect'
        when role = 'suspect' and evidence not in ('intelligence', 'searched_nothing_found') then 'suspect'
        else evidence end;
