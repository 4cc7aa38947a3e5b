-- name: about
-- Plans about the subjects asked for (`incoming`: subject_id), the latest opened first.
select subject_id, plan_id, title, owner, sponsor, objective, opened_on, review_due_on, closed_on
from plan semi join incoming using (subject_id)
where subject_kind = $subject_kind and ($all_lpas or lpa in (select unnest($lpas)))
order by opened_on desc, plan_id
