CREATE TABLE "network_policies" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"hosts" json NOT NULL,
	"updated_by" uuid,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "network_policies_mode" CHECK ("network_policies"."mode" in ('off', 'listed', 'ask'))
);
--> statement-breakpoint
ALTER TABLE "network_policies" ADD CONSTRAINT "network_policies_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE network_policies ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE network_policies FORCE ROW LEVEL SECURITY;--> statement-breakpoint
DO $$ BEGIN
  EXECUTE format('CREATE POLICY of_owner ON network_policies TO %I USING (true) WITH CHECK (true)', current_user);
END $$;--> statement-breakpoint
CREATE POLICY of_tenant ON network_policies TO skein_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON network_policies TO skein_app;
