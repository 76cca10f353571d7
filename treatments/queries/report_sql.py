"""The questions of the reports, in SQL: courses begun in a window, and what came of them.

Every statement takes `window` (a range of instants) and `locations` (primary keys). The first
sessions are found through the calendar's index; everything else hangs on their courses.
"""

from typing import Final

# the courses of the window with the end of their first session; each count of their patients; the
# last instant of which a count is theirs (as `treatments.queries.outcomes.followed_until`)
COHORT: Final = """
WITH cohort AS MATERIALIZED (
    SELECT course.id, course.status, protocol.modality, protocol.gap_lapse, plan.patient_id,
           upper(visit.during) AS began, cardinality(protocol.review_days) = 0 AS is_in_clinic
      FROM clinic_appointment AS visit
      JOIN treatments_session AS session ON session.appointment_id = visit.id AND session.number = 1
      JOIN treatments_course AS course ON course.id = session.course_id
      JOIN treatments_protocol AS protocol ON protocol.id = course.protocol_id
      JOIN treatments_plan AS plan ON plan.id = course.plan_id
     WHERE visit.status = 'done' AND visit.during && %(window)s
       AND lower(visit.during) >= lower(%(window)s::tstzrange)
       AND visit.location_id = ANY (%(locations)s)
), counted AS MATERIALIZED (
    SELECT assessment.patient_id, assessment.signed_at, COALESCE(SUM(finding.count) FILTER (
               WHERE finding.state IN ('new', 'active', 'recurred')), 0) AS total
      FROM treatments_assessment AS assessment
      LEFT JOIN treatments_finding AS finding ON finding.assessment_id = assessment.id
     WHERE assessment.signed_at IS NOT NULL
       AND assessment.patient_id IN (SELECT patient_id FROM cohort)
     GROUP BY assessment.id
), spans AS MATERIALIZED (
    SELECT plan.patient_id, course.id, MIN(upper(visit.during)) AS began,
           MAX(upper(visit.during)) AS ended
      FROM treatments_plan AS plan
      JOIN treatments_course AS course ON course.plan_id = plan.id
      JOIN treatments_session AS session ON session.course_id = course.id
      JOIN clinic_appointment AS visit ON visit.id = session.appointment_id
     WHERE visit.status = 'done' AND plan.patient_id IN (SELECT patient_id FROM cohort)
     GROUP BY plan.patient_id, course.id
), based AS MATERIALIZED (
    SELECT cohort.*, (
        SELECT total FROM counted
         WHERE counted.patient_id = cohort.patient_id AND counted.signed_at <= cohort.began
         ORDER BY signed_at DESC LIMIT 1
    ) AS baseline, COALESCE((
        SELECT LEAST(MIN(later.began),
                     CASE WHEN cohort.is_in_clinic THEN MIN(own.ended) + %(settled)s END)
          FROM spans AS own
          LEFT JOIN spans AS later
            ON later.patient_id = own.patient_id AND later.began > own.ended
         WHERE own.id = cohort.id AND cohort.status IN ('stopped', 'completed')
    ), 'infinity') AS until
      FROM cohort
)
"""

# of each count after a session and before the next one: by how much it differs from the baseline
BY_SESSION: Final = "".join(
    (
        COHORT,
        """, sessions AS (
    SELECT session.course_id, session.number, upper(visit.during) AS ended,
           LEAD(upper(visit.during)) OVER (
               PARTITION BY session.course_id ORDER BY session.number) AS next_ended
      FROM treatments_session AS session
      JOIN clinic_appointment AS visit ON visit.id = session.appointment_id
     WHERE visit.status = 'done' AND session.course_id IN (SELECT id FROM cohort)
), changes AS (
    SELECT based.modality, sessions.number,
           100.0 * (after.total - based.baseline) / based.baseline AS change
      FROM based
      JOIN sessions ON sessions.course_id = based.id
      JOIN LATERAL (
          SELECT total FROM counted
           WHERE counted.patient_id = based.patient_id AND counted.signed_at > sessions.ended
             AND (sessions.next_ended IS NULL OR counted.signed_at <= sessions.next_ended)
             AND counted.signed_at <= based.until
           ORDER BY signed_at DESC LIMIT 1
      ) AS after ON true
     WHERE based.baseline > 0
)
SELECT modality, number, COUNT(*),
       ROUND(percentile_cont(0.5) WITHIN GROUP (ORDER BY change)::numeric)::int
  FROM changes GROUP BY modality, number ORDER BY modality, number
""",
    )
)

# the last count after the first session of each course, in categories (fact base 4.6)
IN_CATEGORIES: Final = "".join(
    (
        COHORT,
        """, finals AS (
    SELECT based.modality,
           100.0 * (based.baseline - final.total) / based.baseline AS fewer
      FROM based
      JOIN LATERAL (
          SELECT total FROM counted
           WHERE counted.patient_id = based.patient_id AND counted.signed_at > based.began
             AND counted.signed_at <= based.until
           ORDER BY signed_at DESC LIMIT 1
      ) AS final ON true
     WHERE based.baseline > 0
)
SELECT modality, COUNT(*) FILTER (WHERE fewer >= %(clear)s),
       COUNT(*) FILTER (WHERE fewer >= %(good)s AND fewer < %(clear)s),
       COUNT(*) FILTER (WHERE fewer >= %(partial)s AND fewer < %(good)s),
       COUNT(*) FILTER (WHERE fewer < %(partial)s)
  FROM finals GROUP BY modality
""",
    )
)

COURSES: Final = "".join(
    (
        COHORT,
        """
SELECT modality, COUNT(*), COUNT(*) FILTER (WHERE status = 'completed'),
       COUNT(*) FILTER (WHERE status = 'stopped'),
       COUNT(*) FILTER (WHERE status = 'active' AND EXISTS (
           SELECT FROM treatments_session AS session
             LEFT JOIN clinic_appointment AS visit ON visit.id = session.appointment_id
            WHERE session.course_id = cohort.id AND visit.status IS DISTINCT FROM 'done'
       ) AND NOT EXISTS (
           SELECT FROM treatments_session AS session
             JOIN clinic_appointment AS visit ON visit.id = session.appointment_id
            WHERE session.course_id = cohort.id AND (
                  visit.status IN ('held', 'booked', 'confirmed', 'arrived', 'in_room')
                  OR visit.status = 'done'
                     AND lower(visit.during) > %(now)s - make_interval(days => gap_lapse))
       ) AND gap_lapse IS NOT NULL)
  FROM cohort GROUP BY modality
""",
    )
)

# the last word about each course; 0 stands for a scale that was left out
JUDGED: Final = "".join(
    (
        COHORT,
        """, last AS (
    SELECT DISTINCT ON (outcome.course_id) cohort.modality, outcome.gais_clinician,
           outcome.gais_patient, outcome.satisfaction
      FROM treatments_outcome AS outcome JOIN cohort ON cohort.id = outcome.course_id
     ORDER BY outcome.course_id, outcome.recorded_at DESC, outcome.id DESC
)
SELECT modality, COALESCE(gais_clinician, 0), COALESCE(gais_patient, 0), COUNT(*),
       COUNT(satisfaction), COALESCE(SUM(satisfaction), 0)
  FROM last GROUP BY modality, gais_clinician, gais_patient
""",
    )
)

BORNE: Final = "".join(
    (
        COHORT,
        """
SELECT modality, COUNT(*), COUNT(*) FILTER (WHERE visit.broken_off), COUNT(visit.pain),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY visit.pain)
  FROM cohort
  JOIN treatments_session AS session ON session.course_id = cohort.id
  JOIN treatments_visit AS visit ON visit.appointment_id = session.appointment_id
 WHERE visit.signed_at IS NOT NULL
 GROUP BY modality
""",
    )
)

EVENTS: Final = "".join(
    (
        COHORT,
        """
SELECT modality, event.kind, COUNT(*), COUNT(*) FILTER (WHERE event.severity = 'severe')
  FROM cohort
  JOIN treatments_session AS session ON session.course_id = cohort.id
  JOIN treatments_visit AS visit ON visit.appointment_id = session.appointment_id
  JOIN treatments_adverseevent AS event ON event.visit_id = visit.id
 WHERE visit.signed_at IS NOT NULL
 GROUP BY modality, event.kind ORDER BY COUNT(*) DESC, event.kind
""",
    )
)
