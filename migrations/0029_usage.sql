CREATE TABLE "member_budgets" (
	"tenant_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"member_primary" bigint,
	"member_secondary" bigint,
	CONSTRAINT "member_budgets_tenant_id_user_id_pk" PRIMARY KEY("tenant_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "model_calls" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"turn_id" text NOT NULL,
	"ordinal" integer NOT NULL,
	"user_id" uuid,
	"model" text NOT NULL,
	"credential" text NOT NULL,
	"source" text NOT NULL,
	"outcome" text NOT NULL,
	"input_tokens" bigint NOT NULL,
	"cached_tokens" bigint NOT NULL,
	"output_tokens" bigint NOT NULL,
	"reasoning_tokens" bigint NOT NULL,
	"total_tokens" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "model_calls_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "model_calls_source" CHECK ("model_calls"."source" in ('allowance', 'pool', 'credits')),
	CONSTRAINT "model_calls_outcome" CHECK ("model_calls"."outcome" in ('completed', 'cut', 'lost'))
);
--> statement-breakpoint
CREATE TABLE "tenant_budgets" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"allowance_primary" bigint,
	"allowance_secondary" bigint,
	"pool_primary" bigint,
	"pool_secondary" bigint,
	"credits" bigint DEFAULT 0 NOT NULL,
	"own_pool_primary" bigint,
	"own_pool_secondary" bigint,
	"member_primary" bigint,
	"member_secondary" bigint
);
--> statement-breakpoint
CREATE TABLE "usage_days" (
	"tenant_id" uuid NOT NULL,
	"day" date NOT NULL,
	"user_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"calls" bigint DEFAULT 0 NOT NULL,
	"input_tokens" bigint DEFAULT 0 NOT NULL,
	"cached_tokens" bigint DEFAULT 0 NOT NULL,
	"output_tokens" bigint DEFAULT 0 NOT NULL,
	"reasoning_tokens" bigint DEFAULT 0 NOT NULL,
	"total_tokens" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_days_tenant_id_day_user_id_thread_id_pk" PRIMARY KEY("tenant_id","day","user_id","thread_id")
);
--> statement-breakpoint
CREATE TABLE "usage_meters" (
	"tenant_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"source" text NOT NULL,
	"span" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"used" bigint NOT NULL,
	CONSTRAINT "usage_meters_tenant_id_user_id_source_span_pk" PRIMARY KEY("tenant_id","user_id","source","span")
);
--> statement-breakpoint
CREATE TABLE "usage_reservations" (
	"tenant_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"fence" bigint NOT NULL,
	"call_id" uuid NOT NULL,
	"turn_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"model" text NOT NULL,
	"credential" text NOT NULL,
	"source" text NOT NULL,
	"input_tokens" bigint NOT NULL,
	"output_tokens" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "usage_reservations_tenant_id_thread_id_pk" PRIMARY KEY("tenant_id","thread_id")
);
--> statement-breakpoint
CREATE TABLE "usage_terms" (
	"singleton" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"primary_minutes" integer DEFAULT 300 NOT NULL,
	"secondary_minutes" integer DEFAULT 10080 NOT NULL,
	"allowance_primary" bigint,
	"allowance_secondary" bigint,
	"pool_primary" bigint,
	"pool_secondary" bigint,
	CONSTRAINT "usage_terms_singleton" CHECK ("usage_terms"."singleton")
);
--> statement-breakpoint
ALTER TABLE "member_budgets" ADD CONSTRAINT "member_budgets_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_calls" ADD CONSTRAINT "model_calls_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenant_budgets" ADD CONSTRAINT "tenant_budgets_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_days" ADD CONSTRAINT "usage_days_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_meters" ADD CONSTRAINT "usage_meters_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_reservations" ADD CONSTRAINT "usage_reservations_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "model_calls_turn" ON "model_calls" USING btree ("tenant_id","thread_id","turn_id","ordinal");--> statement-breakpoint
CREATE INDEX "model_calls_time" ON "model_calls" USING btree ("tenant_id","at");--> statement-breakpoint
CREATE INDEX "usage_days_thread" ON "usage_days" USING btree ("tenant_id","thread_id");--> statement-breakpoint

INSERT INTO usage_terms DEFAULT VALUES;--> statement-breakpoint
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['model_calls', 'usage_days', 'usage_meters', 'usage_reservations', 'tenant_budgets', 'member_budgets'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY of_tenant ON %I TO skein_app USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant())', name);
    EXECUTE format('CREATE POLICY of_owner ON %I TO %I USING (true) WITH CHECK (true)', name, current_user);
  END LOOP;
END $$;--> statement-breakpoint
GRANT SELECT ON model_calls, usage_days, usage_meters, usage_reservations, usage_terms, tenant_budgets, member_budgets TO skein_app;--> statement-breakpoint
GRANT INSERT (tenant_id, own_pool_primary, own_pool_secondary, member_primary, member_secondary),
  UPDATE (own_pool_primary, own_pool_secondary, member_primary, member_secondary) ON tenant_budgets TO skein_app;--> statement-breakpoint
GRANT INSERT, UPDATE, DELETE ON member_budgets TO skein_app;--> statement-breakpoint

CREATE FUNCTION usage_span(p_span text) RETURNS interval
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT make_interval(mins => CASE p_span WHEN 'primary' THEN t.primary_minutes ELSE t.secondary_minutes END) FROM usage_terms t
$$;--> statement-breakpoint

-- What is written of calls: the ledger, the sums, the meters of the windows and what is left of credits. Rows are locked in the same order
-- by everybody, tables too, so that appends of several nodes wait for each other and never in a circle.
CREATE FUNCTION count_calls(p_calls model_calls[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  -- A rebuild keeps others out, of its tenant only.
  PERFORM pg_advisory_xact_lock_shared(1965, hashtext(t.id::text))
    FROM (SELECT DISTINCT c.tenant_id AS id FROM unnest(p_calls) c ORDER BY 1) t;
  INSERT INTO model_calls SELECT c.* FROM unnest(p_calls) c;
  INSERT INTO usage_days AS d (tenant_id, day, user_id, thread_id, calls, input_tokens, cached_tokens, output_tokens, reasoning_tokens, total_tokens)
    SELECT c.tenant_id, (c.at AT TIME ZONE 'UTC')::date, coalesce(c.user_id, nobody), c.thread_id, count(*), sum(c.input_tokens),
      sum(c.cached_tokens), sum(c.output_tokens), sum(c.reasoning_tokens), sum(c.total_tokens)
    FROM unnest(p_calls) c GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (tenant_id, day, user_id, thread_id) DO UPDATE SET
      calls = d.calls + excluded.calls, input_tokens = d.input_tokens + excluded.input_tokens,
      cached_tokens = d.cached_tokens + excluded.cached_tokens, output_tokens = d.output_tokens + excluded.output_tokens,
      reasoning_tokens = d.reasoning_tokens + excluded.reasoning_tokens, total_tokens = d.total_tokens + excluded.total_tokens;
  INSERT INTO usage_meters AS m (tenant_id, user_id, source, span, since, used)
    SELECT a.tenant_id, a.user_id, a.source, w.span, now(), a.tokens
    FROM (
      SELECT c.tenant_id, c.user_id, 'member' AS source, sum(c.total_tokens) AS tokens
        FROM unnest(p_calls) c WHERE c.user_id IS NOT NULL GROUP BY 1, 2
      UNION ALL
      SELECT c.tenant_id, CASE c.source WHEN 'pool' THEN nobody ELSE coalesce(c.user_id, nobody) END, c.source, sum(c.total_tokens)
        FROM unnest(p_calls) c WHERE c.source <> 'credits' GROUP BY 1, 2, 3
    ) a CROSS JOIN (VALUES ('primary'), ('secondary')) w(span)
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (tenant_id, user_id, source, span) DO UPDATE SET
      used = CASE WHEN m.since + usage_span(m.span) <= now() THEN excluded.used ELSE m.used + excluded.used END,
      since = CASE WHEN m.since + usage_span(m.span) <= now() THEN excluded.since ELSE m.since END;
  IF EXISTS (SELECT FROM unnest(p_calls) c WHERE c.source = 'credits') THEN
    PERFORM FROM tenant_budgets b WHERE b.tenant_id IN (SELECT c.tenant_id FROM unnest(p_calls) c WHERE c.source = 'credits')
      ORDER BY b.tenant_id FOR NO KEY UPDATE;
    UPDATE tenant_budgets b SET credits = b.credits - a.tokens
      FROM (SELECT c.tenant_id, sum(c.total_tokens) AS tokens FROM unnest(p_calls) c WHERE c.source = 'credits' GROUP BY 1) a
      WHERE b.tenant_id = a.tenant_id;
  END IF;
END $$;--> statement-breakpoint

-- As append_events, with the calls of the model of which the appended events tell the end, and with the end of what was set aside for them.
-- A line is (entry, thread, call, turn, user, model, credential, source, outcome, input, cached, output, reasoning, total). One that cost
-- nothing ("unanswered") leaves no row. Of what was not appended nothing is counted, so a retry after a lost reply counts nothing twice.
CREATE FUNCTION append_events(p_entries text, p_events text, p_turns text, p_items text, p_commands text, p_blobs text,
  p_approvals text, p_audit text, p_calls text)
RETURNS TABLE (entry int, appended boolean, head_seq bigint, fence bigint, owned boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  moved_entries int[] := '{}';
  calls model_calls[];
BEGIN
  FOR entry, appended, head_seq, fence, owned IN
    SELECT a.* FROM append_events(p_entries, p_events, p_turns, p_items, p_commands, p_blobs, p_approvals, p_audit) a
  LOOP
    IF appended THEN
      moved_entries := moved_entries || entry;
    END IF;
    RETURN NEXT;
  END LOOP;
  WITH lines AS MATERIALIZED (
    SELECT t.tenant_id, t.id AS thread_id, l.f, l.place FROM text_rows(p_calls) WITH ORDINALITY AS l(f, place)
    JOIN threads t ON t.id = l.f[2]::uuid WHERE l.f[1]::int = ANY (moved_entries)
  ), released AS (
    DELETE FROM usage_reservations r USING lines l
    WHERE r.tenant_id = l.tenant_id AND r.thread_id = l.thread_id AND r.call_id = l.f[3]::uuid
  )
  SELECT array_agg(k.call) INTO calls FROM (
    SELECT ROW(l.tenant_id, l.f[3]::uuid, l.thread_id, l.f[4],
      (SELECT count(*) FROM model_calls k WHERE k.tenant_id = l.tenant_id AND k.thread_id = l.thread_id AND k.turn_id = l.f[4])
        + row_number() OVER (PARTITION BY l.thread_id, l.f[4] ORDER BY l.place),
      l.f[5]::uuid, l.f[6], l.f[7], l.f[8], l.f[9], l.f[10]::bigint, l.f[11]::bigint, l.f[12]::bigint, l.f[13]::bigint, l.f[14]::bigint,
      now())::model_calls AS call
    FROM lines l WHERE l.f[9] <> 'unanswered'
  ) k;
  IF calls IS NOT NULL THEN
    PERFORM count_calls(calls);
  END IF;
END $$;--> statement-breakpoint

-- What a person may use, what is used of it in the windows that run, and what is set aside. `allowed` NULL: without limit; an allowance
-- without limit is none. "member" is the most that the person may use in all, "credits" what is left of them.
CREATE FUNCTION usage_standing(p_tenant uuid, p_user uuid)
RETURNS TABLE (source text, span text, minutes int, allowed bigint, used bigint, reserved bigint, resets_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH given AS (
    SELECT d.primary_minutes AS p_minutes, d.secondary_minutes AS s_minutes, coalesce(b.credits, 0) AS credits,
      coalesce(b.allowance_primary, d.allowance_primary) AS allowance_p, coalesce(b.allowance_secondary, d.allowance_secondary) AS allowance_s,
      least(coalesce(b.pool_primary, d.pool_primary), b.own_pool_primary) AS pool_p,
      least(coalesce(b.pool_secondary, d.pool_secondary), b.own_pool_secondary) AS pool_s,
      coalesce(m.member_primary, b.member_primary) AS member_p, coalesce(m.member_secondary, b.member_secondary) AS member_s
    FROM usage_terms d LEFT JOIN tenant_budgets b ON b.tenant_id = p_tenant
    LEFT JOIN member_budgets m ON m.tenant_id = p_tenant AND m.user_id = p_user
  ), aside AS (
    SELECT r.user_id, r.source, r.input_tokens + r.output_tokens AS tokens FROM usage_reservations r
    JOIN threads t ON t.tenant_id = r.tenant_id AND t.id = r.thread_id AND t.fence = r.fence AND t.owner_node IS NOT NULL
    WHERE r.tenant_id = p_tenant
  ), limits AS (
    SELECT l.* FROM given g, LATERAL (VALUES
      ('member', 'primary', g.p_minutes, g.member_p, p_user), ('member', 'secondary', g.s_minutes, g.member_s, p_user),
      ('allowance', 'primary', g.p_minutes, g.allowance_p, p_user), ('allowance', 'secondary', g.s_minutes, g.allowance_s, p_user),
      ('pool', 'primary', g.p_minutes, g.pool_p, '00000000-0000-0000-0000-000000000000'::uuid),
      ('pool', 'secondary', g.s_minutes, g.pool_s, '00000000-0000-0000-0000-000000000000'::uuid)
    ) AS l(source, span, minutes, allowed, user_id)
    WHERE l.source = 'pool' OR p_user <> '00000000-0000-0000-0000-000000000000'
  )
  -- The largest number that a client can hold stands for "no limit".
  SELECT l.source, l.span, l.minutes, nullif(l.allowed, 9007199254740991), coalesce(m.used, 0),
    coalesce((SELECT sum(a.tokens) FROM aside a WHERE CASE l.source
      WHEN 'member' THEN a.user_id = p_user WHEN 'allowance' THEN a.user_id = p_user AND a.source = 'allowance'
      ELSE a.source = 'pool' END), 0)::bigint, m.since + make_interval(mins => l.minutes)
  FROM limits l LEFT JOIN usage_meters m ON m.tenant_id = p_tenant AND m.user_id = l.user_id AND m.source = l.source AND m.span = l.span
    AND m.since + make_interval(mins => l.minutes) > now()
  UNION ALL
  SELECT 'credits', NULL, NULL, g.credits, 0, coalesce((SELECT sum(a.tokens) FROM aside a WHERE a.source = 'credits'), 0)::bigint, NULL
  FROM given g
$$;--> statement-breakpoint

-- For the tenant that the transaction serves.
CREATE FUNCTION own_usage_standing(p_user uuid)
RETURNS TABLE (source text, span text, minutes int, allowed bigint, used bigint, reserved bigint, resets_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT s.* FROM usage_standing(current_tenant(), p_user) s WHERE current_tenant() IS NOT NULL $$;--> statement-breakpoint

-- Calls whose owner is gone: nobody will say what they cost. What was sent counts, because the provider has been sent it.
CREATE FUNCTION settle_lost_calls(p_tenant uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  calls model_calls[];
BEGIN
  WITH dead AS (
    DELETE FROM usage_reservations r WHERE (p_tenant IS NULL OR r.tenant_id = p_tenant)
      AND NOT EXISTS (SELECT FROM threads t WHERE t.tenant_id = r.tenant_id AND t.id = r.thread_id AND t.fence = r.fence AND t.owner_node IS NOT NULL)
    RETURNING r.*
  )
  SELECT array_agg(ROW(d.tenant_id, d.call_id, d.thread_id, d.turn_id,
      1 + (SELECT count(*) FROM model_calls k WHERE k.tenant_id = d.tenant_id AND k.thread_id = d.thread_id AND k.turn_id = d.turn_id),
      nullif(d.user_id, '00000000-0000-0000-0000-000000000000'), d.model, d.credential, d.source, 'lost', d.input_tokens, 0, 0, 0, d.input_tokens,
      now())::model_calls) INTO calls FROM dead d;
  IF calls IS NOT NULL THEN
    PERFORM count_calls(calls);
  END IF;
  RETURN coalesce(cardinality(calls), 0);
END $$;--> statement-breakpoint

-- Sets tokens aside for a call that the thread's owner under p_fence is about to make. A thread makes one call at a time, so a call that is
-- made again takes the place of the one before. "granted": paid out of `source`. "unlimited": nothing had to be set aside. "wait": what
-- others have set aside is in the way, and nothing else. "spent": until `resets_at`; `source` says whose limit. "lost": not the owner.
-- Calls of a tenant are admitted one after the other; two that look at the same time would both find room for one. It does not wait for the
-- disk: what a crash of the database takes with it was set aside for calls that tell of their end later, or never.
CREATE FUNCTION reserve_call(p_thread uuid, p_fence bigint, p_call uuid, p_turn text, p_user uuid, p_model text, p_credential text,
  p_input bigint, p_output bigint)
RETURNS TABLE (verdict text, source text, resets_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  tenant uuid;
  who uuid := coalesce(p_user, '00000000-0000-0000-0000-000000000000');
  state record;
  held boolean := false;
BEGIN
  SELECT t.tenant_id INTO tenant FROM threads t WHERE t.id = p_thread AND t.fence = p_fence AND t.owner_node IS NOT NULL;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'lost', NULL::text, NULL::timestamptz;
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT FROM usage_standing(tenant, who) s WHERE s.source <> 'credits' AND s.allowed IS NOT NULL) THEN
    RETURN QUERY SELECT 'unlimited', 'pool', NULL::timestamptz;
    RETURN;
  END IF;
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM pg_advisory_xact_lock(1964, hashtext(tenant::text));
  PERFORM settle_lost_calls(tenant);
  DELETE FROM usage_reservations r WHERE r.tenant_id = tenant AND r.thread_id = p_thread;
  -- In the order in which they are drawn upon, the limit of the person before all.
  FOR state IN
    SELECT s.source, bool_or(s.used >= s.allowed) AS spent, bool_or(s.used + s.reserved >= s.allowed) AS taken,
      max(s.resets_at) FILTER (WHERE s.used >= s.allowed) AS resets_at, bool_and(s.allowed IS NULL) AS without_limit
    FROM usage_standing(tenant, who) s GROUP BY s.source
    ORDER BY array_position(ARRAY['member', 'allowance', 'pool', 'credits'], s.source)
  LOOP
    IF state.source = 'allowance' AND state.without_limit THEN
      CONTINUE;
    ELSIF state.spent THEN
      IF state.source = 'member' THEN
        RETURN QUERY SELECT 'spent', 'member', state.resets_at;
        RETURN;
      END IF;
      resets_at := least(resets_at, state.resets_at);
    ELSIF state.taken THEN
      IF state.source = 'member' THEN
        RETURN QUERY SELECT 'wait', 'member', NULL::timestamptz;
        RETURN;
      END IF;
      held := true;
    ELSIF state.source <> 'member' THEN
      INSERT INTO usage_reservations (tenant_id, thread_id, fence, call_id, turn_id, user_id, model, credential, source, input_tokens, output_tokens, at)
      VALUES (tenant, p_thread, p_fence, p_call, p_turn, who, p_model, p_credential, state.source, p_input, p_output, now());
      RETURN QUERY SELECT 'granted', state.source, NULL::timestamptz;
      RETURN;
    END IF;
  END LOOP;
  RETURN QUERY SELECT CASE WHEN held THEN 'wait' ELSE 'spent' END, 'pool', resets_at;
END $$;--> statement-breakpoint

-- What the configuration of a server says; the node that started last has the last word.
CREATE FUNCTION set_usage_terms(p_primary_minutes int, p_secondary_minutes int, p_allowance_primary bigint, p_allowance_secondary bigint,
  p_pool_primary bigint, p_pool_secondary bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  UPDATE usage_terms SET primary_minutes = p_primary_minutes, secondary_minutes = p_secondary_minutes,
    allowance_primary = p_allowance_primary, allowance_secondary = p_allowance_secondary,
    pool_primary = p_pool_primary, pool_secondary = p_pool_secondary
  WHERE (primary_minutes, secondary_minutes, allowance_primary, allowance_secondary, pool_primary, pool_secondary)
    IS DISTINCT FROM (p_primary_minutes, p_secondary_minutes, p_allowance_primary, p_allowance_secondary, p_pool_primary, p_pool_secondary)
$$;--> statement-breakpoint

-- Makes the sums and the meters of a tenant anew from the ledger. A window that runs keeps its beginning; one of which the meter is
-- missing begins with the first call that is younger than a window is long.
CREATE FUNCTION rebuild_usage(p_tenant uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(1965, hashtext(p_tenant::text));
  DELETE FROM usage_days d WHERE d.tenant_id = p_tenant;
  INSERT INTO usage_days (tenant_id, day, user_id, thread_id, calls, input_tokens, cached_tokens, output_tokens, reasoning_tokens, total_tokens)
    SELECT c.tenant_id, (c.at AT TIME ZONE 'UTC')::date, coalesce(c.user_id, '00000000-0000-0000-0000-000000000000'), c.thread_id, count(*),
      sum(c.input_tokens), sum(c.cached_tokens), sum(c.output_tokens), sum(c.reasoning_tokens), sum(c.total_tokens)
    FROM model_calls c WHERE c.tenant_id = p_tenant GROUP BY 1, 2, 3, 4;
  CREATE TEMPORARY TABLE running ON COMMIT DROP AS
    SELECT m.user_id, m.source, m.span, m.since FROM usage_meters m
    WHERE m.tenant_id = p_tenant AND m.since + usage_span(m.span) > now();
  DELETE FROM usage_meters m WHERE m.tenant_id = p_tenant;
  INSERT INTO usage_meters (tenant_id, user_id, source, span, since, used)
    SELECT p_tenant, c.user_id, c.source, w.span, coalesce(r.since, min(c.at)), sum(c.total_tokens)
    FROM (
      SELECT k.user_id, 'member' AS source, k.at, k.total_tokens FROM model_calls k WHERE k.tenant_id = p_tenant AND k.user_id IS NOT NULL
      UNION ALL
      SELECT CASE k.source WHEN 'pool' THEN '00000000-0000-0000-0000-000000000000'::uuid
        ELSE coalesce(k.user_id, '00000000-0000-0000-0000-000000000000') END, k.source, k.at, k.total_tokens
      FROM model_calls k WHERE k.tenant_id = p_tenant AND k.source <> 'credits'
    ) c CROSS JOIN (VALUES ('primary'), ('secondary')) w(span)
    LEFT JOIN running r ON r.user_id = c.user_id AND r.source = c.source AND r.span = w.span
    WHERE c.at >= coalesce(r.since, now() - usage_span(w.span))
    GROUP BY c.user_id, c.source, w.span, r.since;
  DROP TABLE running;
END $$;--> statement-breakpoint

REVOKE ALL ON FUNCTION usage_span(text), count_calls(model_calls[]), usage_standing(uuid, uuid), own_usage_standing(uuid), settle_lost_calls(uuid),
  append_events(text, text, text, text, text, text, text, text, text), rebuild_usage(uuid),
  reserve_call(uuid, bigint, uuid, text, uuid, text, text, bigint, bigint),
  set_usage_terms(int, int, bigint, bigint, bigint, bigint) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION own_usage_standing(uuid) TO skein_app;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION append_events(text, text, text, text, text, text, text, text, text), settle_lost_calls(uuid),
  reserve_call(uuid, bigint, uuid, text, uuid, text, text, bigint, bigint),
  set_usage_terms(int, int, bigint, bigint, bigint, bigint) TO skein_log;
