CREATE TABLE "access_tokens" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "access_tokens_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "access_tokens_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "database_incarnation" (
	"singleton" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"value" uuid DEFAULT gen_random_uuid() NOT NULL,
	CONSTRAINT "database_incarnation_singleton" CHECK ("database_incarnation"."singleton")
);
--> statement-breakpoint
CREATE TABLE "items" (
	"tenant_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"item_id" text NOT NULL,
	"turn_id" text NOT NULL,
	"ordinal" bigint NOT NULL,
	"type" text NOT NULL,
	"item" json NOT NULL,
	"text" text NOT NULL,
	"started_at_ms" bigint,
	"completed_at_ms" bigint,
	"as_of" bigint NOT NULL,
	CONSTRAINT "items_tenant_id_thread_id_item_id_pk" PRIMARY KEY("tenant_id","thread_id","item_id")
);
--> statement-breakpoint
CREATE TABLE "members" (
	"tenant_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "members_tenant_id_user_id_pk" PRIMARY KEY("tenant_id","user_id"),
	CONSTRAINT "members_role" CHECK ("members"."role" in ('owner', 'member', 'viewer'))
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"user_agent" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "sessions_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "sessions_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "sign_in_links" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"redeemed_at" timestamp with time zone,
	CONSTRAINT "sign_in_links_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "sign_in_links_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "tenants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"local" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "thread_commands" (
	"tenant_id" uuid NOT NULL,
	"principal" text NOT NULL,
	"scope" uuid NOT NULL,
	"key" text NOT NULL,
	"method" text NOT NULL,
	"input_hash" "bytea" NOT NULL,
	"result" json NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "thread_commands_tenant_id_scope_principal_key_pk" PRIMARY KEY("tenant_id","scope","principal","key")
);
--> statement-breakpoint
CREATE TABLE "thread_events" (
	"tenant_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"type" text NOT NULL,
	"version" smallint NOT NULL,
	"item_id" text,
	"payload" json NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "thread_events_tenant_id_thread_id_seq_pk" PRIMARY KEY("tenant_id","thread_id","seq")
);
--> statement-breakpoint
CREATE TABLE "threads" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"log_epoch" bigint DEFAULT 1 NOT NULL,
	"head_seq" bigint DEFAULT 0 NOT NULL,
	"owner_node" text,
	"fence" bigint DEFAULT 0 NOT NULL,
	"lease_until" timestamp with time zone,
	"name" text,
	"preview" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"recency_at" timestamp with time zone NOT NULL,
	"archived_at" timestamp with time zone,
	"workspace_id" uuid,
	"cwd" text NOT NULL,
	"model" text NOT NULL,
	"model_provider" text NOT NULL,
	"status" text DEFAULT 'idle' NOT NULL,
	"source" text NOT NULL,
	"thread_source" text,
	"originator" text NOT NULL,
	"ephemeral" boolean NOT NULL,
	"settings" json NOT NULL,
	"forked_from_id" uuid,
	"created_by" uuid,
	CONSTRAINT "threads_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "turns" (
	"tenant_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"turn_id" text NOT NULL,
	"ordinal" bigint NOT NULL,
	"status" text NOT NULL,
	"error" json,
	"started_at" bigint,
	"completed_at" bigint,
	"duration_ms" bigint,
	"extras" json NOT NULL,
	"as_of" bigint NOT NULL,
	CONSTRAINT "turns_tenant_id_thread_id_turn_id_pk" PRIMARY KEY("tenant_id","thread_id","turn_id")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workspaces" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"host_path" text NOT NULL,
	"kind" text NOT NULL,
	"runner" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workspaces_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "workspaces_kind" CHECK ("workspaces"."kind" in ('created', 'opened'))
);
--> statement-breakpoint
ALTER TABLE "access_tokens" ADD CONSTRAINT "access_tokens_member" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."members"("tenant_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_member" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."members"("tenant_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_links" ADD CONSTRAINT "sign_in_links_member" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."members"("tenant_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "threads" ADD CONSTRAINT "threads_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "items_ordinal" ON "items" USING btree ("tenant_id","thread_id","ordinal");--> statement-breakpoint
CREATE INDEX "items_turn" ON "items" USING btree ("tenant_id","thread_id","turn_id","ordinal");--> statement-breakpoint
CREATE UNIQUE INDEX "tenants_local" ON "tenants" USING btree ("local") WHERE "tenants"."local";--> statement-breakpoint
CREATE INDEX "thread_commands_age" ON "thread_commands" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "threads_id" ON "threads" USING btree ("id");--> statement-breakpoint
CREATE INDEX "threads_created" ON "threads" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "threads_updated" ON "threads" USING btree ("tenant_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "threads_recency" ON "threads" USING btree ("tenant_id","recency_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "turns_ordinal" ON "turns" USING btree ("tenant_id","thread_id","ordinal");--> statement-breakpoint
CREATE INDEX "turns_running" ON "turns" USING btree ("tenant_id","thread_id") WHERE "turns"."status" = 'inProgress';--> statement-breakpoint
CREATE UNIQUE INDEX "workspaces_place" ON "workspaces" USING btree ("tenant_id","runner","host_path");