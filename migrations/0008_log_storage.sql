CREATE TABLE "blob_refs" (
	"tenant_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"sha256" "bytea" NOT NULL,
	CONSTRAINT "blob_refs_tenant_id_thread_id_sha256_pk" PRIMARY KEY("tenant_id","thread_id","sha256")
);
--> statement-breakpoint
CREATE TABLE "blobs" (
	"tenant_id" uuid NOT NULL,
	"sha256" "bytea" NOT NULL,
	"bytes" "bytea" NOT NULL,
	"size" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"released_at" timestamp with time zone,
	CONSTRAINT "blobs_tenant_id_sha256_pk" PRIMARY KEY("tenant_id","sha256")
);
--> statement-breakpoint
CREATE TABLE "snapshots" (
	"tenant_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"version" integer NOT NULL,
	"state" json NOT NULL,
	"bodies" json,
	CONSTRAINT "snapshots_tenant_id_thread_id_pk" PRIMARY KEY("tenant_id","thread_id")
);
--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "compacted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "bodies" json;--> statement-breakpoint
ALTER TABLE "thread_events" ADD COLUMN "bodies" json;--> statement-breakpoint
ALTER TABLE "turns" ADD COLUMN "bodies" json;--> statement-breakpoint
ALTER TABLE "blob_refs" ADD CONSTRAINT "blob_refs_kept" FOREIGN KEY ("tenant_id","sha256") REFERENCES "public"."blobs"("tenant_id","sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "blob_refs_blob" ON "blob_refs" USING btree ("tenant_id","sha256");--> statement-breakpoint
CREATE INDEX "blobs_released" ON "blobs" USING btree ("released_at") WHERE "blobs"."released_at" is not null;--> statement-breakpoint
CREATE INDEX "items_to_compact" ON "items" USING btree ("completed_at_ms") WHERE not "items"."compacted" and "items"."completed_at_ms" is not null and "items"."as_of" > "items"."ordinal" + 1;--> statement-breakpoint

-- A row whose JSON text had long strings holds "" in their place, and in `bodies` where they were (in characters of what is
-- left), under which hash their text is kept, and how many bytes it has.
CREATE FUNCTION with_bodies(p_tenant uuid, p_rest json, p_bodies json) RETURNS json LANGUAGE plpgsql STABLE
AS $$
DECLARE
  rest text := p_rest::text;
  whole text := '';
  done int := 0;
  body record;
  found_text text;
BEGIN
  FOR body IN SELECT (b ->> 0)::int AS place, b ->> 1 AS sha256 FROM json_array_elements(p_bodies) AS b LOOP
    SELECT convert_from(k.bytes, 'UTF8') INTO found_text FROM blobs k WHERE k.tenant_id = p_tenant AND k.sha256 = decode(body.sha256, 'hex');
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the blob % is missing', body.sha256;
    END IF;
    whole := whole || substr(rest, done + 1, body.place - done) || found_text;
    done := body.place;
  END LOOP;
  RETURN (whole || substr(rest, done + 1))::json;
END $$;--> statement-breakpoint

-- What readers read. An event with bodies apart has a version that a build from before there were blobs does not know, so that
-- it refuses the thread instead of showing empty text.
CREATE VIEW whole_events WITH (security_invoker = true) AS
  SELECT tenant_id, thread_id, seq, type, (version & 16383)::smallint AS version, item_id, at,
    CASE WHEN bodies IS NULL THEN payload ELSE with_bodies(tenant_id, payload, bodies) END AS payload
  FROM thread_events;--> statement-breakpoint
CREATE VIEW whole_turns WITH (security_invoker = true) AS
  SELECT tenant_id, thread_id, turn_id, ordinal, status, error, started_at, completed_at, duration_ms, as_of,
    CASE WHEN bodies IS NULL THEN extras ELSE with_bodies(tenant_id, extras, bodies) END AS extras
  FROM turns;--> statement-breakpoint
CREATE VIEW whole_items WITH (security_invoker = true) AS
  SELECT tenant_id, thread_id, item_id, turn_id, ordinal, type, text, started_at_ms, completed_at_ms, as_of,
    CASE WHEN bodies IS NULL THEN item ELSE with_bodies(tenant_id, item, bodies) END AS item
  FROM items;--> statement-breakpoint
CREATE VIEW whole_snapshots WITH (security_invoker = true) AS
  SELECT tenant_id, thread_id, seq, version,
    CASE WHEN bodies IS NULL THEN state ELSE with_bodies(tenant_id, state, bodies) END AS state
  FROM snapshots;--> statement-breakpoint

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['blobs', 'blob_refs', 'snapshots'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY of_tenant ON %I TO skein_app USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant())', name);
    EXECUTE format('CREATE POLICY of_owner ON %I TO %I USING (true) WITH CHECK (true)', name, current_user);
  END LOOP;
END $$;--> statement-breakpoint
GRANT SELECT ON blobs, blob_refs, snapshots, whole_events, whole_turns, whole_items, whole_snapshots TO skein_app;--> statement-breakpoint

-- A line is (entry, thread, sha256 in hex, text); those of other entries than p_entries are not kept. Whoever refers to a blob
-- holds its row until the commit, so that sweep_blobs waits for nobody and never takes it. Rows are locked in the order of
-- their hashes, here and in delete_thread, and after the rows of threads.
CREATE FUNCTION keep_blobs(p_blobs text, p_entries int[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  INSERT INTO blobs AS b (tenant_id, sha256, bytes, size)
    SELECT DISTINCT ON (t.tenant_id, decode(f[3], 'hex')) t.tenant_id, decode(f[3], 'hex'), convert_to(f[4], 'UTF8'), octet_length(f[4])
    FROM text_rows(p_blobs) JOIN threads t ON t.id = f[2]::uuid WHERE f[1]::int = ANY (p_entries)
    ORDER BY t.tenant_id, decode(f[3], 'hex')
    ON CONFLICT (tenant_id, sha256) DO UPDATE SET released_at = NULL WHERE b.released_at IS NOT NULL;
  INSERT INTO blob_refs (tenant_id, thread_id, sha256)
    SELECT DISTINCT t.tenant_id, t.id, decode(f[3], 'hex')
    FROM text_rows(p_blobs) JOIN threads t ON t.id = f[2]::uuid WHERE f[1]::int = ANY (p_entries)
    ON CONFLICT DO NOTHING;
END $$;--> statement-breakpoint

-- Maintenance: of at most p_limit blobs that a deleted thread referred to, deletes those that no other thread refers to. Gives
-- how many it looked at. The second statement sees what was committed before the first had locked the rows.
CREATE FUNCTION sweep_blobs(p_limit int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  tenants uuid[];
  hashes bytea[];
BEGIN
  SELECT array_agg(r.tenant_id), array_agg(r.sha256) INTO tenants, hashes FROM (
    SELECT b.tenant_id, b.sha256 FROM blobs b WHERE b.released_at IS NOT NULL LIMIT p_limit FOR UPDATE SKIP LOCKED) r;
  DELETE FROM blobs b USING unnest(tenants, hashes) AS r(tenant_id, sha256) WHERE b.tenant_id = r.tenant_id AND b.sha256 = r.sha256
    AND NOT EXISTS (SELECT FROM blob_refs k WHERE k.tenant_id = b.tenant_id AND k.sha256 = b.sha256);
  UPDATE blobs b SET released_at = NULL FROM unnest(tenants, hashes) AS r(tenant_id, sha256)
    WHERE b.tenant_id = r.tenant_id AND b.sha256 = r.sha256;
  RETURN coalesce(cardinality(hashes), 0);
END $$;--> statement-breakpoint

-- Keeps what the owner under p_fence knows at p_seq, in place of what was kept of an earlier seq or in another version.
CREATE FUNCTION write_snapshot(p_thread uuid, p_fence bigint, p_seq bigint, p_version int, p_state text, p_bodies text, p_blobs text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  tenant uuid;
BEGIN
  SELECT t.tenant_id INTO tenant FROM threads t
    WHERE t.id = p_thread AND t.fence = p_fence AND t.owner_node IS NOT NULL AND t.head_seq >= p_seq FOR KEY SHARE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM keep_blobs(p_blobs, ARRAY[0]);
  INSERT INTO snapshots AS s (tenant_id, thread_id, seq, version, state, bodies)
    VALUES (tenant, p_thread, p_seq, p_version, p_state::json, p_bodies::json)
    ON CONFLICT (tenant_id, thread_id) DO UPDATE SET seq = p_seq, version = p_version, state = excluded.state, bodies = excluded.bodies
    WHERE s.seq < p_seq OR s.version <> p_version;
  RETURN FOUND;
END $$;--> statement-breakpoint

-- Made anew by the migration of approvals, for nodes of the version before.
DROP FUNCTION append_events(text, text, text, text, text);--> statement-breakpoint
-- Appends to many threads in one transaction. An entry is (entry, thread, fence, expected head, number of events, patch of the
-- list columns, settings); the other rows name the entry that they belong to. An entry whose thread is not owned under its
-- fence, or whose head is elsewhere, writes nothing and reports what the thread's row says now; a missing row is a thread that
-- is gone. Nor does one whose row somebody else has locked (a fork that copies it, a deletion, an attempt before this one that is
-- still carried out), so that no thread waits for another's lock: a row that says that nothing is in the way means just that.
-- The tenant is always that of the thread's row. Rows are locked in the order of their ids, as renew_leases locks them.
-- Most appends are chunks. What only others bring has statements of its own, because one that holds all of them costs a batch
-- of chunks a fifth more of the time of the database.
CREATE FUNCTION append_events(p_entries text, p_events text, p_turns text, p_items text, p_commands text, p_blobs text)
RETURNS TABLE (entry int, appended boolean, head_seq bigint, fence bigint, owned boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  asked bigint;
  moved_entries int[];
  moved_tenants uuid[];
  moved_threads uuid[];
BEGIN
  WITH entries AS MATERIALIZED (
    SELECT f[1]::int AS entry, f[2]::uuid AS thread_id, f[3]::bigint AS fence, f[4]::bigint AS expected, f[5]::int AS count
    FROM text_rows(p_entries)
  ), locked AS MATERIALIZED (
    SELECT e.*, t.tenant_id FROM entries e JOIN threads t ON t.id = e.thread_id
    WHERE t.fence = e.fence AND t.head_seq = e.expected AND t.owner_node IS NOT NULL
    ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED
  ), moved AS (
    UPDATE threads t SET head_seq = l.expected + l.count
    FROM locked l WHERE t.tenant_id = l.tenant_id AND t.id = l.thread_id
    RETURNING l.entry, t.tenant_id, t.id
  ), new_events AS (
    INSERT INTO thread_events (tenant_id, thread_id, seq, type, version, item_id, at, payload, bodies)
    SELECT m.tenant_id, m.id, f[2]::bigint, f[3], f[4]::smallint, f[5], to_timestamp(f[6]::bigint / 1000.0), f[7]::json, f[8]::json
    FROM text_rows(p_events) JOIN moved m ON m.entry = f[1]::int
  )
  SELECT (SELECT count(*) FROM entries), array_agg(m.entry), array_agg(m.tenant_id), array_agg(m.id)
  INTO asked, moved_entries, moved_tenants, moved_threads FROM moved m;

  -- A patch and settings are the only JSON among the entries.
  IF strpos(p_entries, '{') > 0 THEN
    UPDATE threads t SET
      settings = coalesce(l.settings, t.settings),
      cwd = coalesce(l.patch ->> 'cwd', t.cwd),
      model = coalesce(l.patch ->> 'model', t.model),
      model_provider = coalesce(l.patch ->> 'modelProvider', t.model_provider),
      status = coalesce(l.patch ->> 'status', t.status),
      preview = CASE WHEN t.preview = '' THEN coalesce(l.patch ->> 'preview', '') ELSE t.preview END,
      name = CASE WHEN l.patch ? 'name' THEN l.patch ->> 'name' ELSE t.name END,
      archived_at = CASE WHEN l.patch ? 'archivedAt'
        THEN to_timestamp((l.patch ->> 'archivedAt')::bigint / 1000.0) ELSE t.archived_at END,
      updated_at = coalesce(to_timestamp((l.patch ->> 'updatedAt')::bigint / 1000.0), t.updated_at),
      recency_at = coalesce(to_timestamp((l.patch ->> 'recencyAt')::bigint / 1000.0), t.recency_at)
    FROM (SELECT f[1]::int AS entry, f[6]::jsonb AS patch, f[7]::json AS settings FROM text_rows(p_entries)
          WHERE f[6] IS NOT NULL OR f[7] IS NOT NULL) l
    JOIN unnest(moved_entries, moved_tenants, moved_threads) AS m(entry, tenant_id, id) ON m.entry = l.entry
    WHERE t.tenant_id = m.tenant_id AND t.id = m.id;
  END IF;

  IF p_turns <> '' THEN
    WITH turn_rows AS MATERIALIZED (
      SELECT m.tenant_id, m.id AS thread_id, f[2] AS turn_id, f[3]::bigint AS ordinal, f[4] AS status, f[5]::json AS error,
        f[6]::bigint AS started_at, f[7]::bigint AS completed_at, f[8]::bigint AS duration_ms, f[9]::json AS extras,
        f[10]::bigint AS as_of, f[11]::json AS bodies
      FROM text_rows(p_turns)
      JOIN unnest(moved_entries, moved_tenants, moved_threads) AS m(entry, tenant_id, id) ON m.entry = f[1]::int
    ), new_turns AS (
      INSERT INTO turns (tenant_id, thread_id, turn_id, ordinal, status, error, started_at, completed_at, duration_ms, extras, as_of, bodies)
      SELECT r.* FROM turn_rows r WHERE r.ordinal IS NOT NULL
    )
    UPDATE turns t SET status = r.status, error = r.error, started_at = r.started_at, completed_at = r.completed_at,
      duration_ms = r.duration_ms, extras = r.extras, as_of = r.as_of, bodies = r.bodies
    FROM turn_rows r WHERE r.ordinal IS NULL AND t.tenant_id = r.tenant_id AND t.thread_id = r.thread_id AND t.turn_id = r.turn_id;
  END IF;

  IF p_items <> '' THEN
    WITH item_rows AS MATERIALIZED (
      SELECT m.tenant_id, m.id AS thread_id, f[2] AS item_id, f[3] AS turn_id, f[4]::bigint AS ordinal, f[5]::bigint AS started_at_ms,
        f[6]::bigint AS completed_at_ms, f[7]::bigint AS as_of, f[8] AS type, coalesce(f[9], '') AS text, f[10]::json AS item,
        f[11]::json AS bodies
      FROM text_rows(p_items)
      JOIN unnest(moved_entries, moved_tenants, moved_threads) AS m(entry, tenant_id, id) ON m.entry = f[1]::int
    ), new_items AS (
      INSERT INTO items (tenant_id, thread_id, item_id, turn_id, ordinal, started_at_ms, completed_at_ms, as_of, type, text, item, bodies)
      SELECT r.* FROM item_rows r WHERE r.ordinal IS NOT NULL
    )
    UPDATE items i SET started_at_ms = r.started_at_ms, completed_at_ms = r.completed_at_ms, as_of = r.as_of, text = r.text, item = r.item,
      bodies = r.bodies, compacted = false
    FROM item_rows r WHERE r.ordinal IS NULL AND i.tenant_id = r.tenant_id AND i.thread_id = r.thread_id AND i.item_id = r.item_id;
  END IF;

  IF p_commands <> '' THEN
    INSERT INTO thread_commands (tenant_id, scope, principal, key, method, input_hash, result)
    SELECT m.tenant_id, f[2]::uuid, f[3], f[4], f[5], decode(f[6], 'hex'), f[7]::json
    FROM text_rows(p_commands)
    JOIN unnest(moved_entries, moved_tenants, moved_threads) AS m(entry, tenant_id, id) ON m.entry = f[1]::int;
  END IF;

  IF p_blobs <> '' THEN
    PERFORM keep_blobs(p_blobs, moved_entries);
  END IF;

  RETURN QUERY SELECT e, true, null::bigint, null::bigint, null::boolean FROM unnest(moved_entries) AS e;
  IF asked > coalesce(cardinality(moved_entries), 0) THEN
    -- A statement of its own: what the entries that did not move say must be newer than what made them fail.
    RETURN QUERY
    SELECT f[1]::int, false, t.head_seq, t.fence, t.owner_node IS NOT NULL
    FROM text_rows(p_entries) LEFT JOIN threads t ON t.id = f[2]::uuid
    WHERE f[1]::int <> ALL (coalesce(moved_entries, '{}'));
  END IF;
END $$;--> statement-breakpoint

-- Copies the log and its projections into a new thread, provided that the source still ends at p_head. False: it does not,
-- or there is no such thread in this tenant. The copy refers to the blobs of its source. What the copy adds is appended by the caller in the same transaction.
CREATE OR REPLACE FUNCTION fork_thread(p_source uuid, p_head bigint, p_thread jsonb, p_settings text, p_node text, p_lease_seconds double precision,
  p_entries text, p_events text, p_turns text, p_items text, p_commands text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  target uuid := (p_thread ->> 'id')::uuid;
BEGIN
  PERFORM FROM threads t WHERE t.tenant_id = current_tenant() AND t.id = p_source AND t.head_seq = p_head FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM create_thread(p_thread, p_settings, p_node, p_lease_seconds, '', '', '', '', '');
  UPDATE threads t SET head_seq = p_head WHERE t.tenant_id = current_tenant() AND t.id = target;
  INSERT INTO thread_events (tenant_id, thread_id, seq, type, version, item_id, payload, at, bodies)
    SELECT e.tenant_id, target, e.seq, e.type, e.version, e.item_id, e.payload, e.at, e.bodies
    FROM thread_events e WHERE e.tenant_id = current_tenant() AND e.thread_id = p_source;
  INSERT INTO turns (tenant_id, thread_id, turn_id, ordinal, status, error, started_at, completed_at, duration_ms, extras, as_of, bodies)
    SELECT r.tenant_id, target, r.turn_id, r.ordinal, r.status, r.error, r.started_at, r.completed_at, r.duration_ms, r.extras, r.as_of, r.bodies
    FROM turns r WHERE r.tenant_id = current_tenant() AND r.thread_id = p_source;
  INSERT INTO items (tenant_id, thread_id, item_id, turn_id, ordinal, type, item, text, started_at_ms, completed_at_ms, as_of, bodies)
    SELECT i.tenant_id, target, i.item_id, i.turn_id, i.ordinal, i.type, i.item, i.text, i.started_at_ms, i.completed_at_ms, i.as_of, i.bodies
    FROM items i WHERE i.tenant_id = current_tenant() AND i.thread_id = p_source;
  INSERT INTO blob_refs (tenant_id, thread_id, sha256)
    SELECT b.tenant_id, target, b.sha256 FROM blob_refs b WHERE b.tenant_id = current_tenant() AND b.thread_id = p_source;
  IF NOT coalesce((SELECT bool_and(a.appended) FROM append_events(p_entries, p_events, p_turns, p_items, p_commands) a), true) THEN
    RAISE EXCEPTION 'the events added to thread % do not continue its log', target;
  END IF;
  RETURN true;
END $$;--> statement-breakpoint

-- False: there is no such thread in this tenant. Its owner learns of it by its next append.
CREATE OR REPLACE FUNCTION delete_thread(p_thread uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM threads t WHERE t.tenant_id = current_tenant() AND t.id = p_thread;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  DELETE FROM thread_events e WHERE e.tenant_id = current_tenant() AND e.thread_id = p_thread;
  DELETE FROM turns r WHERE r.tenant_id = current_tenant() AND r.thread_id = p_thread;
  DELETE FROM items i WHERE i.tenant_id = current_tenant() AND i.thread_id = p_thread;
  DELETE FROM snapshots s WHERE s.tenant_id = current_tenant() AND s.thread_id = p_thread;
  PERFORM FROM blobs b JOIN blob_refs r ON r.tenant_id = b.tenant_id AND r.sha256 = b.sha256
    WHERE r.tenant_id = current_tenant() AND r.thread_id = p_thread ORDER BY b.sha256 FOR NO KEY UPDATE OF b;
  UPDATE blobs b SET released_at = now() FROM blob_refs r
    WHERE r.tenant_id = current_tenant() AND r.thread_id = p_thread AND b.tenant_id = r.tenant_id AND b.sha256 = r.sha256;
  DELETE FROM blob_refs r WHERE r.tenant_id = current_tenant() AND r.thread_id = p_thread;
  DELETE FROM thread_commands c WHERE c.tenant_id = current_tenant() AND c.scope = p_thread;
  RETURN true;
END $$;--> statement-breakpoint

-- Maintenance: deletes the chunks of items that were completed longer than p_older_than ago, at most p_limit items and p_limit
-- chunks in one call, and says how many there were. Their text is in the item's completion, so every fold of what is left ends
-- where the fold of the whole ends. Only a completion in the log counts: an item that merely ended with its turn has its text
-- in its chunks and nowhere else. What somebody else has locked is left for the next call.
CREATE FUNCTION compact_chunks(p_older_than interval, p_limit int, OUT items bigint, OUT chunks bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  item record;
  deleted bigint;
BEGIN
  items := 0;
  chunks := 0;
  FOR item IN
    SELECT i.tenant_id, i.thread_id, i.item_id, i.ordinal, i.as_of
    FROM items i JOIN threads t ON t.tenant_id = i.tenant_id AND t.id = i.thread_id
    WHERE NOT i.compacted AND i.completed_at_ms IS NOT NULL AND i.as_of > i.ordinal + 1
      AND i.completed_at_ms < extract(epoch FROM now() - p_older_than)::bigint * 1000
    ORDER BY i.completed_at_ms LIMIT p_limit
    FOR KEY SHARE OF t SKIP LOCKED FOR UPDATE OF i SKIP LOCKED
  LOOP
    DELETE FROM thread_events e WHERE e.tenant_id = item.tenant_id AND e.thread_id = item.thread_id AND e.seq = ANY (ARRAY(
      SELECT c.seq FROM thread_events c
      WHERE c.tenant_id = item.tenant_id AND c.thread_id = item.thread_id AND c.seq > item.ordinal AND c.seq < item.as_of
        AND c.item_id = item.item_id AND c.type IN ('item.chunk', 'item.summaryPart')
        AND EXISTS (SELECT FROM thread_events d WHERE d.tenant_id = item.tenant_id AND d.thread_id = item.thread_id
          AND d.seq = item.as_of AND d.type = 'item.completed' AND d.item_id = item.item_id)
      ORDER BY c.seq LIMIT p_limit - chunks));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    items := items + 1;
    chunks := chunks + deleted;
    EXIT WHEN chunks >= p_limit;
    UPDATE items i SET compacted = true
    WHERE i.tenant_id = item.tenant_id AND i.thread_id = item.thread_id AND i.item_id = item.item_id;
  END LOOP;
END $$;--> statement-breakpoint

REVOKE ALL ON FUNCTION with_bodies(uuid, json, json), keep_blobs(text, int[]), append_events(text, text, text, text, text, text),
  compact_chunks(interval, int), sweep_blobs(int), write_snapshot(uuid, bigint, bigint, int, text, text, text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION with_bodies(uuid, json, json) TO skein_app;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION append_events(text, text, text, text, text, text), compact_chunks(interval, int), sweep_blobs(int),
  write_snapshot(uuid, bigint, bigint, int, text, text, text) TO skein_log;
