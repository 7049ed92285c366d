ALTER TABLE "threads" ADD COLUMN "queued" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "threads_queued" ON "threads" USING btree ("id") WHERE "threads"."queued" > 0;--> statement-breakpoint

-- Counted where the events are written, so that the number is right whichever version of the program writes them.
CREATE FUNCTION count_queued() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  UPDATE threads t SET queued = t.queued + CASE NEW.type WHEN 'queue.added' THEN 1 ELSE -1 END
  WHERE t.tenant_id = NEW.tenant_id AND t.id = NEW.thread_id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER thread_events_queued AFTER INSERT ON thread_events FOR EACH ROW
  WHEN (NEW.type IN ('queue.added', 'queue.removed', 'queue.taken')) EXECUTE FUNCTION count_queued();--> statement-breakpoint

UPDATE threads t SET queued = e.waiting
FROM (
  SELECT q.tenant_id, q.thread_id, sum(CASE q.type WHEN 'queue.added' THEN 1 ELSE -1 END) AS waiting FROM thread_events q
  WHERE q.type LIKE 'queue.%' AND q.type IN ('queue.added', 'queue.removed', 'queue.taken')
  GROUP BY q.tenant_id, q.thread_id
) e
WHERE t.tenant_id = e.tenant_id AND t.id = e.thread_id AND e.waiting <> 0;--> statement-breakpoint

-- Threads that have something to do though nobody asks: a turn, or a message that waits and may start by itself. A message that the last
-- owner tried and could not start waits for somebody: the warning that says so is the last event. Only the functions below read it.
CREATE VIEW threads_at_work AS
  SELECT r.thread_id AS id FROM turns r WHERE r.status = 'inProgress'
  UNION ALL
  SELECT t.id FROM threads t
  WHERE t.queued > 0 AND t.archived_at IS NULL
    AND (SELECT r.status FROM turns r WHERE r.tenant_id = t.tenant_id AND r.thread_id = t.id ORDER BY r.ordinal DESC LIMIT 1)
        IS DISTINCT FROM 'interrupted'
    AND NOT EXISTS (SELECT FROM thread_events e WHERE e.tenant_id = t.tenant_id AND e.thread_id = t.id AND e.seq = t.head_seq
                    AND e.type = 'warning.reported');--> statement-breakpoint

-- As before, for threads at work instead of threads in the middle of a turn.
CREATE OR REPLACE FUNCTION claim_abandoned_threads(p_node text, p_earlier_self boolean, p_lease_seconds double precision, p_limit int)
RETURNS TABLE (tenant_id uuid, id uuid, log_epoch bigint, head_seq bigint, fence bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH abandoned AS MATERIALIZED (
    SELECT t.tenant_id, t.id FROM threads t
    WHERE t.id IN (SELECT w.id FROM threads_at_work w)
      AND CASE WHEN p_earlier_self THEN t.owner_node = p_node
               ELSE t.owner_node IS NULL OR (t.owner_node <> p_node AND t.lease_until < clock_timestamp()) END
    LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE threads t SET owner_node = p_node, fence = t.fence + 1, lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  FROM abandoned a WHERE t.tenant_id = a.tenant_id AND t.id = a.id
  RETURNING t.tenant_id, t.id, t.log_epoch, t.head_seq, t.fence
$$;--> statement-breakpoint

CREATE OR REPLACE FUNCTION claim_abandoned_threads(p_node text, p_held uuid[], p_lease_seconds double precision, p_limit int)
RETURNS TABLE (tenant_id uuid, id uuid, log_epoch bigint, head_seq bigint, fence bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH abandoned AS MATERIALIZED (
    SELECT t.tenant_id, t.id FROM threads t
    WHERE t.id IN (SELECT w.id FROM threads_at_work w) AND t.id <> ALL (p_held)
      AND (t.owner_node IS NULL OR t.lease_until < clock_timestamp())
    LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE threads t SET owner_node = p_node, fence = t.fence + 1, lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  FROM abandoned a WHERE t.tenant_id = a.tenant_id AND t.id = a.id
  RETURNING t.tenant_id, t.id, t.log_epoch, t.head_seq, t.fence
$$;--> statement-breakpoint

CREATE OR REPLACE FUNCTION next_abandoned_ms(p_held uuid[]) RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT extract(epoch FROM min(t.lease_until) - clock_timestamp())::double precision * 1000 FROM threads t
  WHERE t.id IN (SELECT w.id FROM threads_at_work w) AND t.id <> ALL (p_held) AND t.owner_node IS NOT NULL
$$;
