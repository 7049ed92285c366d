CREATE TABLE "nodes" (
	"id" text PRIMARY KEY NOT NULL,
	"home" uuid NOT NULL,
	"instance" uuid NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"alive_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint

-- A node is there until its time ends by the clock of the database. False: another process is that node; only one that holds the same
-- data directory may take its place, because then the other is dead.
CREATE FUNCTION register_node(p_id text, p_home uuid, p_instance uuid, p_seconds double precision) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM nodes n WHERE n.alive_until < clock_timestamp() - interval '1 day';
  INSERT INTO nodes AS n (id, home, instance, started_at, alive_until)
  VALUES (p_id, p_home, p_instance, clock_timestamp(), clock_timestamp() + make_interval(secs => p_seconds))
  ON CONFLICT (id) DO UPDATE SET home = p_home, instance = p_instance, started_at = excluded.started_at, alive_until = excluded.alive_until
  WHERE n.home = p_home OR n.alive_until < clock_timestamp();
  RETURN FOUND;
END $$;--> statement-breakpoint

-- The nodes that are there, the caller's time being longer now. Without the caller: another process has become that node.
CREATE FUNCTION renew_node(p_id text, p_instance uuid, p_seconds double precision)
RETURNS TABLE (id text, is_caller boolean, started_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  UPDATE nodes n SET alive_until = clock_timestamp() + make_interval(secs => p_seconds) WHERE n.id = p_id AND n.instance = p_instance;
  RETURN QUERY SELECT n.id, n.instance = p_instance, n.started_at FROM nodes n WHERE n.alive_until > clock_timestamp();
END $$;--> statement-breakpoint

CREATE FUNCTION leave_node(p_id text, p_instance uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ DELETE FROM nodes n WHERE n.id = p_id AND n.instance = p_instance $$;--> statement-breakpoint

-- As the function of the same name with other arguments, for a node that lists what it holds: threads that it has given up
-- because it could not renew them are abandoned too.
CREATE FUNCTION claim_abandoned_threads(p_node text, p_held uuid[], p_lease_seconds double precision, p_limit int)
RETURNS TABLE (tenant_id uuid, id uuid, log_epoch bigint, head_seq bigint, fence bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH abandoned AS MATERIALIZED (
    SELECT t.tenant_id, t.id FROM threads t
    WHERE t.id IN (SELECT r.thread_id FROM turns r WHERE r.status = 'inProgress') AND t.id <> ALL (p_held)
      AND (t.owner_node IS NULL OR t.lease_until < clock_timestamp())
    LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE threads t SET owner_node = p_node, fence = t.fence + 1, lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  FROM abandoned a WHERE t.tenant_id = a.tenant_id AND t.id = a.id
  RETURNING t.tenant_id, t.id, t.log_epoch, t.head_seq, t.fence
$$;--> statement-breakpoint

-- Milliseconds until the first thread in the middle of a turn is abandoned, unless its owner renews it. NULL: there is no such thread.
CREATE FUNCTION next_abandoned_ms(p_held uuid[]) RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT extract(epoch FROM min(t.lease_until) - clock_timestamp())::double precision * 1000 FROM threads t
  WHERE t.id IN (SELECT r.thread_id FROM turns r WHERE r.status = 'inProgress') AND t.id <> ALL (p_held) AND t.owner_node IS NOT NULL
$$;--> statement-breakpoint

-- Of the given sessions and access tokens, those that open no door any more.
CREATE FUNCTION ended_credentials(p_sessions uuid[], p_tokens uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT asked.id FROM unnest(p_sessions) AS asked(id)
  WHERE NOT EXISTS (SELECT FROM sessions s WHERE s.id = asked.id AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp())
  UNION ALL
  SELECT asked.id FROM unnest(p_tokens) AS asked(id)
  WHERE NOT EXISTS (SELECT FROM access_tokens a WHERE a.id = asked.id AND a.revoked_at IS NULL)
$$;--> statement-breakpoint

REVOKE ALL ON FUNCTION register_node(text, uuid, uuid, double precision), renew_node(text, uuid, double precision), leave_node(text, uuid),
  claim_abandoned_threads(text, uuid[], double precision, int), next_abandoned_ms(uuid[]), ended_credentials(uuid[], uuid[]) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION register_node(text, uuid, uuid, double precision), renew_node(text, uuid, double precision), leave_node(text, uuid),
  claim_abandoned_threads(text, uuid[], double precision, int), next_abandoned_ms(uuid[]) TO skein_log;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION ended_credentials(uuid[], uuid[]) TO skein_app;
