CREATE TABLE "data_keys" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"key_id" text NOT NULL,
	"wrapped" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stored_secrets" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"user_id" uuid,
	"name" text NOT NULL,
	"base_url" text,
	"models" text[],
	"sealed" "bytea" NOT NULL,
	"last_four" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stored_secrets_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "stored_secrets_purpose" CHECK ("stored_secrets"."purpose" in ('model', 'git'))
);
--> statement-breakpoint
ALTER TABLE "data_keys" ADD CONSTRAINT "data_keys_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stored_secrets" ADD CONSTRAINT "stored_secrets_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stored_secrets" ADD CONSTRAINT "stored_secrets_member" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."members"("tenant_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "stored_secrets_model_of_tenant" ON "stored_secrets" USING btree ("tenant_id") WHERE "stored_secrets"."purpose" = 'model' and "stored_secrets"."user_id" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "stored_secrets_model_of_user" ON "stored_secrets" USING btree ("tenant_id","user_id") WHERE "stored_secrets"."purpose" = 'model' and "stored_secrets"."user_id" is not null;
--> statement-breakpoint

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['data_keys', 'stored_secrets'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY of_owner ON %I TO %I USING (true) WITH CHECK (true)', name, current_user);
    EXECUTE format('CREATE POLICY of_tenant ON %I TO skein_app USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant())', name);
  END LOOP;
END $$;--> statement-breakpoint
GRANT SELECT, INSERT ON data_keys TO skein_app;--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON stored_secrets TO skein_app;--> statement-breakpoint
GRANT UPDATE (name, base_url, models, sealed, last_four, updated_at) ON stored_secrets TO skein_app;
