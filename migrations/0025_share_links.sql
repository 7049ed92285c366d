CREATE TABLE "share_links" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"title" text NOT NULL,
	"level" text NOT NULL,
	"from_seq" bigint NOT NULL,
	"frozen_at_seq" bigint,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"opens" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "share_links_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "share_links_token_hash_unique" UNIQUE("token_hash"),
	CONSTRAINT "share_links_level" CHECK ("share_links"."level" in ('read', 'comment', 'prompt'))
);
--> statement-breakpoint
ALTER TABLE "share_links" ADD CONSTRAINT "share_links_of_thread" FOREIGN KEY ("tenant_id","thread_id") REFERENCES "public"."threads"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "share_links_thread" ON "share_links" USING btree ("tenant_id","thread_id");--> statement-breakpoint
ALTER TABLE share_links ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE share_links FORCE ROW LEVEL SECURITY;--> statement-breakpoint
DO $$
BEGIN
  EXECUTE format('CREATE POLICY of_owner ON share_links TO %I USING (true) WITH CHECK (true)', current_user);
END $$;--> statement-breakpoint
CREATE POLICY of_tenant ON share_links TO skein_app USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());--> statement-breakpoint
GRANT SELECT, INSERT ON share_links TO skein_app;--> statement-breakpoint
GRANT UPDATE (revoked_at) ON share_links TO skein_app;--> statement-breakpoint

-- Whoever opens a link says its secret before it is known in which tenant. Empty: it leads nowhere, or not any more. `p_opens`: its page
-- is opened just now, which is counted.
CREATE FUNCTION resolve_share_link(p_token_hash bytea, p_opens boolean)
RETURNS TABLE (tenant_id uuid, link_id uuid, thread_id uuid, title text, level text, from_seq bigint, frozen_at_seq bigint,
  created_at timestamptz, expires_at timestamptz, shared_by text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  IF p_opens THEN
    UPDATE share_links l SET opens = l.opens + 1
      WHERE l.token_hash = p_token_hash AND l.revoked_at IS NULL AND (l.expires_at IS NULL OR l.expires_at > clock_timestamp());
  END IF;
  RETURN QUERY SELECT l.tenant_id, l.id, l.thread_id, l.title, l.level, l.from_seq, l.frozen_at_seq, l.created_at, l.expires_at, u.name
  FROM share_links l LEFT JOIN users u ON u.id = l.created_by
  WHERE l.token_hash = p_token_hash AND l.revoked_at IS NULL AND (l.expires_at IS NULL OR l.expires_at > clock_timestamp());
END $$;--> statement-breakpoint

-- Of these links, by their ids, those that lead nowhere any more.
CREATE FUNCTION ended_share_links(p_links json) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT o.id FROM (SELECT (e ->> 0)::uuid AS tenant_id, (e ->> 1)::uuid AS id FROM json_array_elements(p_links) e) o
  WHERE NOT EXISTS (SELECT FROM share_links l WHERE l.tenant_id = o.tenant_id AND l.id = o.id AND l.revoked_at IS NULL
    AND (l.expires_at IS NULL OR l.expires_at > clock_timestamp()))
$$;--> statement-breakpoint

REVOKE ALL ON FUNCTION resolve_share_link(bytea, boolean), ended_share_links(json) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION resolve_share_link(bytea, boolean), ended_share_links(json) TO skein_app;
